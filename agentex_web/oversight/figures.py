"""Tokens and durations of turns, summed by the database."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, DurationField, ExpressionWrapper, F, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Left

from agentex_web.tasks.models import Message, Turn


@dataclass(frozen=True)
class Figures:
    """Numbers about turns, summed.

    Attributes:
        seconds: the total duration of the turns.
    """

    turns: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.turns + other.turns,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.seconds + other.seconds,
        )


def tokens(name: str) -> Sum:
    """The sum of one number in the turns' ``usage``."""
    return Sum(Cast(KT(f"usage__{name}"), BigIntegerField()))


def summed() -> dict[str, Any]:
    """The aggregates that `figures_of_row` reads, for ``annotate`` and ``aggregate`` of turns."""
    took = ExpressionWrapper(F("finished_at") - F("started_at"), DurationField())
    return {"turns": Count("pk"), "read": tokens("input"), "written": tokens("output"), "took": Sum(took)}


def figures_of_row(row: dict[str, Any]) -> Figures:
    """The figures in a row of the aggregates of `summed`."""
    took: timedelta = row["took"] or timedelta(0)
    return Figures(row["turns"], row["read"] or 0, row["written"] or 0, took.total_seconds())


def figures_by_task(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Figures]:
    """The figures of the tasks, in one query; tasks without turns are missing."""
    rows: Any = Turn.objects.filter(task__in=ids).order_by().values("task").annotate(**summed())
    return {row["task"]: figures_of_row(row) for row in rows}


def questions(turn_ids: Collection[uuid.UUID], length: int = 160) -> dict[uuid.UUID, str]:
    """The people's messages, shortened, by turn id. One query: the opening message has its turn's id."""
    found = Message.objects.filter(pk__in=turn_ids).order_by().values_list("pk", Left("content", length))
    return {pk: " ".join(text.split()) for pk, text in found}
