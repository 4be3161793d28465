"""Limits how much is done at once for each reader of pages."""

import asyncio
from collections.abc import Hashable
from weakref import WeakKeyDictionary, WeakValueDictionary


class ReaderSemaphores:
    """A semaphore for each reader, in each event loop. It exists while somebody holds it or waits for it.

    Args:
        at_once: how often each of them can be held at the same time.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._loops: WeakKeyDictionary[
            asyncio.AbstractEventLoop, WeakValueDictionary[Hashable, asyncio.Semaphore]
        ] = WeakKeyDictionary()

    def of(self, reader: Hashable) -> asyncio.Semaphore:
        """The reader's semaphore. Keep it: the object holds no reference to it."""
        readers = self._loops.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
        return readers.setdefault(reader, asyncio.Semaphore(self._at_once))
