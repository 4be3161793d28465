"""Counters of one process, used while Redis is unavailable."""

import math
import threading
import time
from collections import OrderedDict

KEYS = 10_000
"""Limit on the windows in memory; the oldest is dropped first."""


class LocalCounter:
    """Thread-safe."""

    def __init__(self) -> None:
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def hit(self, key: str, seconds: int) -> tuple[int, int]:
        """Counts a hit; returns the hits in this window and the seconds until it ends."""
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
