"""Waits for a condition instead of a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds to wait for a condition before a test fails. Working code is never this slow, even on a busy machine."""


def pause(waited: float) -> float:
    """Seconds until a condition is looked at again. Looking costs CPU, which what is waited for may need."""
    return min(0.1, max(0.02, waited / 20))


def until(condition: Callable[[], T | None], what: object = "the condition", seconds: float = PATIENCE) -> T:
    """Calls ``condition`` until its result is true, and returns the result."""
    began = time.monotonic()
    while True:
        if found := condition():
            return found
        waited = time.monotonic() - began
        assert waited < seconds, f"waited {seconds} s for {what() if callable(what) else what}"
        time.sleep(pause(waited))
