"""The supervisor's log. Each line has the time, the part's name, and the text."""

import sys
from collections.abc import Sequence
from datetime import datetime

_COLOURS = (36, 33, 32, 35, 34, 96, 93)


class Printer:
    """Writes to standard output, in colour if that is a terminal."""

    def __init__(self, names: Sequence[str]) -> None:
        self._width = max(map(len, names))
        colours = _COLOURS if sys.stdout.isatty() else ()
        self._colours = dict(zip(names, colours, strict=False))

    def write(self, name: str, text: str) -> None:
        prefix = f"{datetime.now():%H:%M:%S} {name:<{self._width}} | "
        if colour := self._colours.get(name):
            prefix = f"\033[{colour}m{prefix}\033[0m"
        try:
            print(prefix + text, flush=True)
        except OSError:
            # The terminal or pipe is gone. The parts still run and must be stopped in order, so keep going.
            sys.stdout = open("/dev/null", "w")  # noqa: SIM115
