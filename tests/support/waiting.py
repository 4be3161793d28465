"""Waiting for a condition instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds that a condition may take on a busy machine before a test fails. Nothing that works takes as long."""


def until(condition: Callable[[], T | None], what: object = "the condition", seconds: float = PATIENCE) -> T:
    """Returns what ``condition`` returns as soon as that is true."""
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s for {what() if callable(what) else what}"
        time.sleep(0.02)
