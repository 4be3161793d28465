"""The tokens that model calls used: in a turn with its child workflows, and in a chat."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from agentex_web.positions import after
from agentex_web.tasks.models import Message, Task, Turn


def with_children(turn_id: uuid.UUID, usage: dict[str, int], children: Sequence[str]) -> dict[str, int]:
    """``usage`` plus the tokens of those model calls of child workflows that have shown something.

    Args:
        children: the path of each child workflow.
    """
    total = dict(usage)
    for path in children:
        rows = Message.objects.filter(turn_id=turn_id, position__gte=path, position__lt=after(path))
        for cost in rows.exclude(usage={}).values_list("usage", flat=True):
            for name, count in cost.items():
                total[name] = total.get(name, 0) + count
    return total


def added(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    """The sum of two usages."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


@dataclass(frozen=True)
class ChatUsage:
    """Numbers of tokens.

    Attributes:
        total: tokens of the whole chat, including all versions of its answers.
        context: input and output of the turn's latest model call; 0 if unknown.
    """

    total: int
    context: int


def of_chat(task: Task, turn: Turn) -> ChatUsage:
    """Two queries. A chat has hundreds of turns at most, so they are summed in Python."""
    costs = Turn.objects.filter(task=task).exclude(usage={}).values_list("usage", flat=True)
    total = sum(cost.get("input", 0) + cost.get("output", 0) for cost in costs)
    calls = Message.objects.filter(turn=turn).exclude(usage={}).order_by("position")
    last = calls.values_list("usage", flat=True).last() or {}
    return ChatUsage(total, last.get("input", 0) + last.get("output", 0))
