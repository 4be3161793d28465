"""Limits of one rendering: CPU time, size and nesting. Each raises TooComplex; the text is then shown plain.

Rules of markdown-it-py 4 and its plugins take quadratic time for some texts: 100 KB of ``[`` take 4 s where
`parser.py` does not bound them. The parser calls `check` at each inline and block position, so that no text
costs much more than harmless text of its size. If it did so at block positions only, a paragraph of 390,000
characters would take up to 1.6 times what is allowed.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LENGTH = 400_000
"""Longest text that is rendered, in characters."""
NESTING = 30
"""Levels of block elements: a quote is one level, a list two. markdown-it drops what is nested deeper than
its own limit."""
COLUMNS = 100
"""Columns of a table. markdown-it pads each row to the number of columns."""
TIMES_HARMLESS = 8
"""CPU time allowed for a text, as a multiple of the time for harmless text of its size. Tables, the most
expensive kind of text, need 6."""
SPARE_SECONDS = 0.5
"""Additional CPU time for every text: Pygments imports a language when it is first needed."""
CHECKED = 32
"""Only one call of `check` in this many reads the clock, which takes 0.3 µs."""


class TooComplex(Exception):
    """A text reached one of the limits."""


class _Local(threading.local):
    end = float("inf")
    calls = 0


_local = _Local()
_seconds_per_character = 0.0
"""CPU time of harmless text on this machine, measured by `calibrate` before the first text is rendered."""


def calibrate(seconds_per_character: float) -> None:
    global _seconds_per_character  # noqa: PLW0603  (the only writer)
    _seconds_per_character = seconds_per_character


def is_calibrated() -> bool:
    return _seconds_per_character > 0


@contextmanager
def limited(characters: int) -> Iterator[None]:
    """Within the block, `check` raises once this thread has used the CPU time for a text of this length.

    Raises:
        TooComplex: the text is too long.
    """
    if characters > LENGTH:
        raise TooComplex
    outer = _local.end
    allowed = SPARE_SECONDS + TIMES_HARMLESS * characters * _seconds_per_character
    # CPU time of the thread, so that a busy machine does not make texts too complex.
    _local.end = min(outer, time.thread_time() + allowed)
    try:
        yield
    finally:
        _local.end = outer


@contextmanager
def part(share: float) -> Iterator[None]:
    """Within the block, `check` raises once this share of the remaining time is used up.

    This leaves time for the rest of the text if this part is too slow.
    """
    outer, now = _local.end, time.thread_time()
    if outer < float("inf"):
        _local.end = now + share * (outer - now)
    try:
        yield
    finally:
        _local.end = outer


def check() -> None:
    """Called between pieces of rendering.

    Raises:
        TooComplex: the time allowed by `limited` is used up.
    """
    _local.calls += 1
    if _local.calls % CHECKED == 0:
        check_now()


def check_now() -> None:
    """Like `check`, but always reads the clock."""
    if is_over():
        raise TooComplex


def is_over() -> bool:
    return time.thread_time() > _local.end


def inline_limit(_state: StateInline, _silent: bool) -> bool:
    """The first inline rule. It only checks the limits and matches nothing."""
    check()
    return False


def block_limit(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    """The first block rule. It only checks the limits and matches nothing."""
    check()
    if state.level >= NESTING:
        raise TooComplex
    return False
