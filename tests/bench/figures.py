"""A figure: what was measured, how often, how; and the table that they make."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """
    Attributes:
        name: what was measured.
        unit: of the samples.
        samples: one for each run.
        how: how to understand it, in a sentence; empty where an earlier figure has said it.
    """

    name: str
    unit: str
    samples: Sequence[float]
    how: str = ""

    def __str__(self) -> str:
        low, middle, high = self.summary
        line = f"{self.name}: {middle} {self.unit} (min {low}, max {high}, n = {len(self.samples)})"
        return f"{line}\n    {self.how}" if self.how else line

    @property
    def summary(self) -> tuple[str, str, str]:
        """Minimum, median and maximum."""
        three = min(self.samples), statistics.median(self.samples), max(self.samples)
        return _written(three[0]), _written(three[1]), _written(three[2])


def table(figures: Iterable[Figure]) -> str:
    """In Markdown."""
    rows = [(each.name, each.unit, *each.summary, str(len(each.samples))) for each in figures]
    head = ["| | unit | min | median | max | n |", "|---|---|--:|--:|--:|--:|"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part, from 0 to 1, of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _written(value: float) -> str:
    """Three significant digits, and never fewer than a whole number has."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
