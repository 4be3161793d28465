"""Who works on foreign files in an event loop: few at a time, and each person one file at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class OneEach:
    """
    Args:
        places: how many work at the same time.
    """

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._owners: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def place(self, owner: object) -> AsyncIterator[None]:
        """Waits until the owner's other file is done and there is a place."""
        lock = self._owners.setdefault(owner, asyncio.Lock())
        # The person's lock first: somebody's tenth file holds no place that another person could have.
        async with lock, self._places:
            yield
