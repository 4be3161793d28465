"""A figure (what was measured, how, and the samples) and the table of figures."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """
    Attributes:
        name: what was measured.
        unit: of the samples.
        samples: one per run.
        how: a sentence about what the figure means; empty if the same as for an earlier figure.
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
    """The figures as a Markdown table."""
    rows = [(each.name, each.unit, *each.summary, str(len(each.samples))) for each in figures]
    head = ["| | unit | min | median | max | n |", "|---|---|--:|--:|--:|--:|"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])


def percentile(values: Sequence[float], part: float) -> float:
    """The percentile of the values by the nearest-rank method; ``part`` is from 0 to 1."""
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]


def _written(value: float) -> str:
    """Three significant digits, but all digits of the integer part."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
