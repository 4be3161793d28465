"""Where a moment of a turn is drawn: waits of hours would leave no room for steps of seconds."""

from collections.abc import Iterable

SHARE = 1 / 4
"""A wait is drawn as at most this part of the time without waits."""


class Scale:
    """Maps moments to percentages.

    Args:
        begin: the first moment, in seconds.
        end: the last one.
        waits: begin and end of each wait.
    """

    def __init__(self, begin: float, end: float, waits: Iterable[tuple[float, float]]) -> None:
        self._begin = begin
        self._waits = _merged((max(begin, one), min(end, other)) for one, other in waits)
        rest = max(0.001, end - begin - sum(other - one for one, other in self._waits))
        self._most = max(1.0, rest * SHARE)
        self.is_shortened = any(other - one > self._most for one, other in self._waits)
        self._width = max(0.001, self._drawn(end))

    def at(self, moment: float) -> float:
        """From 0 to 100."""
        return 100 * min(1.0, max(0.0, self._drawn(moment) / self._width))

    def _drawn(self, moment: float) -> float:
        """How far from the beginning the moment is drawn, in seconds of the drawing."""
        left_out = 0.0
        for one, other in self._waits:
            length = other - one
            if length > self._most and moment > one:
                left_out += (length - self._most) * min(1.0, (moment - one) / length)
        return moment - self._begin - left_out


def _merged(ranges: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The ranges, with those joined that overlap."""
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(ranges):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif end > begin:
            merged.append((begin, end))
    return merged
