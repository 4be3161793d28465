"""Limits what an agent's file prints while it is imported, because all agents share the worker's log."""

import contextlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

MOST_CHARACTERS = 10_000


@contextmanager
def limited_output(most: int = MOST_CHARACTERS) -> Iterator[None]:
    """In the block, ``sys.stdout`` and ``sys.stderr`` each pass on at most this many characters."""
    out, err = _Limited(sys.stdout, most), _Limited(sys.stderr, most)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    finally:
        out.end()
        err.end()


class _Limited(io.TextIOBase):
    def __init__(self, stream: TextIO, most: int) -> None:
        self._stream = stream
        self._left = most
        self._missing = 0

    def write(self, text: str) -> int:
        passed = text[: self._left]
        self._left -= len(passed)
        self._missing += len(text) - len(passed)
        self._stream.write(passed)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._stream.fileno()

    def reconfigure(self, **_options: object) -> None:
        """Does nothing. Many scripts set an encoding for their console."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    def end(self) -> None:
        """Writes how much was left out, and lifts the limit, because log handlers may keep the stream."""
        if self._missing:
            self._stream.write(f"\n… and {self._missing:,} characters more\n")
        self._left = sys.maxsize
