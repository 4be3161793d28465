"""Payloads that are too large for Temporal's history, which holds their names instead."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from agentex_web.tasks.models import LargePayload, Turn

KEPT = timedelta(days=90)
"""Longer than Temporal keeps a closed workflow (72 hours by default), and than a chat's run lasts."""
BATCH = 500
"""Number of workflows checked with one query."""


def store(workflow: str, bodies: Sequence[bytes]) -> list[str]:
    """Stores payloads; returns their names. Equal bytes of a workflow share a name, so repeating adds none.

    Args:
        workflow: the id of the workflow that they belong to; they are deleted with it.
    """
    names = [hashlib.sha256(workflow.encode() + b"\0" + body).hexdigest() for body in bodies]
    rows = dict(zip(names, bodies, strict=True))
    LargePayload.objects.bulk_create(
        [LargePayload(name=name, workflow=workflow, body=body) for name, body in rows.items()],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["used_at"],
    )
    return names


def retrieve(names: Sequence[str]) -> list[bytes]:
    """
    Raises:
        KeyError: a payload is gone.
    """
    found = {row.name: bytes(row.body) for row in LargePayload.objects.filter(name__in=set(names))}
    return [found[name] for name in names]


def forget_old() -> int:
    """Deletes payloads that no run can refer to any more; returns their number.

    A turn that waits for months keeps its payloads.
    """
    old = LargePayload.objects.filter(used_at__lt=timezone.now() - KEPT)
    workflows = list(old.order_by().values_list("workflow", flat=True).distinct())
    return sum(
        old.filter(workflow__in=_ended(workflows[start : start + BATCH])).delete()[0]
        for start in range(0, len(workflows), BATCH)
    )


def _ended(workflows: Sequence[str]) -> list[str]:
    """Those workflows that do not belong to a chat with an open turn."""
    ids = {each: _task_id(each) for each in workflows}
    turns = Turn.objects.filter(task_id__in=[each for each in ids.values() if each], status__in=Turn.OPEN)
    at_work = set(turns.values_list("task_id", flat=True))
    return [each for each in workflows if ids[each] not in at_work]


def _task_id(workflow: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(workflow.removeprefix("task-"))
    except ValueError:
        return None
