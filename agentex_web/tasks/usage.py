"""What a turn cost beside what its workflow knows of."""

import uuid
from collections.abc import Sequence

from agentex_web.tasks.messages import CALL_SPAN
from agentex_web.tasks.models import Message


def with_children(
    turn_id: uuid.UUID, usage: dict[str, int], children: Sequence[Sequence[int]]
) -> dict[str, int]:
    """``usage``, and what the model calls of child workflows cost that have shown something.

    Args:
        children: for each child workflow its first place in the turn, and the first after it.
    """
    total = dict(usage)
    for first, after in children:
        rows = Message.objects.filter(
            turn_id=turn_id, position__gte=first * CALL_SPAN, position__lt=after * CALL_SPAN
        )
        for cost in rows.exclude(usage={}).values_list("usage", flat=True):
            for name, count in cost.items():
                total[name] = total.get(name, 0) + count
    return total
