"""Counts of one process, for the time that Redis is away."""

import math
import threading
import time
from collections import OrderedDict

KEYS = 10_000
"""Windows that are remembered; the oldest goes first."""


class LocalCounter:
    """Used by several threads."""

    def __init__(self) -> None:
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def hit(self, key: str, seconds: int) -> tuple[int, int]:
        """Counts one; returns the hits in this window and the seconds until it ends."""
        now = time.monotonic()
        with self._lock:
            ends, used = self._windows.get(key, (0.0, 0))
            if ends <= now:
                ends, used = now + seconds, 0
                self._windows.pop(key, None)
            self._windows[key] = (ends, used + 1)
            if len(self._windows) > KEYS:
                self._windows.popitem(last=False)
        return used + 1, max(1, math.ceil(ends - now))

    def take_back(self, key: str) -> None:
        with self._lock:
            if key in self._windows:
                ends, used = self._windows[key]
                self._windows[key] = (ends, max(0, used - 1))
