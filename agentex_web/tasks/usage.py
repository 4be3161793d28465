"""Adds the cost of child workflows to a turn's own."""

import uuid
from collections.abc import Sequence

from agentex_web.positions import after
from agentex_web.tasks.models import Message


def with_children(turn_id: uuid.UUID, usage: dict[str, int], children: Sequence[str]) -> dict[str, int]:
    """``usage``, and what the model calls of child workflows cost that have shown something.

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
