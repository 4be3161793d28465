"""Limits the concurrent work on people's files in an event loop: a few at a time, and one per person."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class OneEach:
    """Lets several files be worked on at once, but one of each person.

    Args:
        places: how many files may be worked on at the same time.
    """

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._owners: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def place(self, owner: object) -> AsyncIterator[None]:
        """Waits until the owner's other file is done and a place is free."""
        lock = self._owners.setdefault(owner, asyncio.Lock())
        # The owner's lock first, so that a person's waiting files take no place that others could have.
        async with lock, self._places:
            yield
