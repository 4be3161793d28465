"""Limits of one rendering: CPU time, size and nesting. Each end in TooComplex, and the text is shown as it
is.

Rules of markdown-it-py and of its plugins are quadratic on some texts: 100 KB of ``[`` took 10 s. The
parser calls `check` at each inline and block position, so that no text costs much more than harmless text
of its size.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LENGTH = 400_000
"""Characters of a text that is rendered at all."""
NESTING = 30
"""Levels of block elements: a quote is one, a list two. markdown-it leaves out what is below its own
limit."""
COLUMNS = 100
"""Of a table. markdown-it fills up each row to the number of columns."""
TIMES_HARMLESS = 12
"""CPU time that a text may take, as a multiple of harmless text of its size. Tables, the costliest, take
7."""
SPARE_SECONDS = 0.5
"""CPU time that every text may take in addition: Pygments imports a language when it first needs it."""
CHECKED = 32
"""Calls of `check` between two looks at the clock, which take 0.3 µs each."""


class TooComplex(Exception):
    """A text reached one of the limits."""


class _Local(threading.local):
    end = float("inf")
    calls = 0


_local = _Local()
_seconds_per_character = 0.0
"""CPU time of harmless text on this machine: measured by `calibrate` when the first text is rendered."""


def calibrate(seconds_per_character: float) -> None:
    global _seconds_per_character  # noqa: PLW0603  (the only writer)
    _seconds_per_character = seconds_per_character


def is_calibrated() -> bool:
    return _seconds_per_character > 0


@contextmanager
def limited(characters: int) -> Iterator[None]:
    """Within it, `check` raises when this thread has used the CPU time of a text of this length.

    Raises:
        TooComplex: the text is too long.
    """
    if characters > LENGTH:
        raise TooComplex
    outer = _local.end
    allowed = SPARE_SECONDS + TIMES_HARMLESS * characters * _seconds_per_character
    # CPU time of the thread: a busy machine makes no text more complex.
    _local.end = min(outer, time.thread_time() + allowed)
    try:
        yield
    finally:
        _local.end = outer


@contextmanager
def part(share: float) -> Iterator[None]:
    """Within it, `check` raises when this share of the time that is left is used up.

    What was too slow there leaves the rest of the text time to be formatted.
    """
    outer, now = _local.end, time.thread_time()
    if outer < float("inf"):
        _local.end = now + share * (outer - now)
    try:
        yield
    finally:
        _local.end = outer


def check() -> None:
    """
    Raises:
        TooComplex: the time of `limited` is over.
    """
    _local.calls += 1
    if _local.calls % CHECKED == 0:
        look()


def look() -> None:
    """As `check`, at once."""
    if is_over():
        raise TooComplex


def is_over() -> bool:
    return time.thread_time() > _local.end


def inline_limit(_state: StateInline, _silent: bool) -> bool:
    """The first inline rule: it matches nothing."""
    check()
    return False


def block_limit(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    """The first block rule: it matches nothing."""
    check()
    if state.level >= NESTING:
        raise TooComplex
    return False
