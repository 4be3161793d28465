"""Waits for a condition instead of a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds to wait for a condition before a test fails. Working code is never this slow, even on a busy machine."""


def until(condition: Callable[[], T | None], what: object = "the condition", seconds: float = PATIENCE) -> T:
    """Calls ``condition`` until its result is true, and returns the result."""
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s for {what() if callable(what) else what}"
        time.sleep(0.02)
