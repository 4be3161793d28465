"""The supervisor's log. Each line has the time, the part's name, and the text."""

import os
import select
import sys
import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime

_COLOURS = (36, 33, 32, 35, 34, 96, 93)
WAITING_BYTES = 4 * 1024 * 1024
"""When more than this waits to be printed, further lines are left out."""
CLOSE_SECONDS = 1.0
"""How long the end of the supervisor waits for somebody to read."""


class Printer:
    """Writes to standard output, in colour if that is a terminal.

    A thread does the writing: a terminal that is stopped with Ctrl-S, or a pipe that nobody reads, must not
    keep the supervisor from its work. What does not fit into the memory for waiting lines is left out.

    Args:
        names: the names of the parts.
        output: the file descriptor to write to.
    """

    def __init__(self, names: Sequence[str], output: int = 1) -> None:
        self._width = max(map(len, names))
        colours = _COLOURS if os.isatty(output) else ()
        self._colours = dict(zip(names, colours, strict=False))
        self._output = output
        self._changed = threading.Condition()
        self._lines: deque[bytes] = deque()
        self._waiting = self._left_out = 0
        # Python found standard output closed. The descriptor may be that of another file by now.
        self._is_gone = sys.stdout is None
        if not self._is_gone:
            _flush()
            threading.Thread(target=self._print, name="printer", daemon=True).start()

    def write(self, name: str, text: str) -> None:
        """Prints a line; returns at once."""
        line = self._line(name, text)
        with self._changed:
            if self._is_gone:
                return
            if self._waiting > WAITING_BYTES:
                self._left_out += 1
                return
            self._note()
            self._add(line)

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Waits until all lines are printed, at most for this long."""
        with self._changed:
            self._note()
            self._changed.wait_for(lambda: self._is_gone or not self._waiting, seconds)

    def _line(self, name: str, text: str) -> bytes:
        prefix = f"{datetime.now():%H:%M:%S} {name:<{self._width}} | "
        if colour := self._colours.get(name):
            # A part may have left a colour of its own switched on.
            prefix, text = f"\033[{colour}m{prefix}\033[0m", f"{text}\033[0m"
        return f"{prefix}{text}\n".encode("utf-8", "replace")

    def _note(self) -> None:
        if self._left_out:
            words = f"{self._left_out:,} lines are missing here: nobody read this output"
            self._left_out = 0
            self._add(self._line("system", words))

    def _add(self, line: bytes) -> None:
        self._lines.append(line)
        self._waiting += len(line)
        self._changed.notify_all()

    def _print(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._lines)
                line = self._lines.popleft()
            try:
                self._put(line)
            except OSError:
                # The terminal or pipe is gone. The parts still run and must be stopped in order.
                self._is_gone = True
            with self._changed:
                self._waiting -= len(line)
                if not self._lines:
                    self._note()
                self._changed.notify_all()
                if self._is_gone:
                    self._lines.clear()
                    return

    def _put(self, line: bytes) -> None:
        """Writes to the descriptor: a thread that waits in ``sys.stdout`` would block the exit."""
        while line:
            try:
                line = line[os.write(self._output, line) :]
            except BlockingIOError:
                select.select([], [self._output], [])


def _flush() -> None:
    """Prints first what this process has printed so far."""
    try:
        sys.stdout.flush()
    except OSError:
        # The terminal or pipe is gone. What is kept for it would fail again at the end.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
