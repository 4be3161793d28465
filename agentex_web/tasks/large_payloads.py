"""Payloads that are too large for Temporal's history, which holds their names instead."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from agentex_web.names import TASK_PREFIX
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
    """Returns the payloads with these names, in order.

    Raises:
        KeyError: a payload is gone.
    """
    found = {row.name: bytes(row.body) for row in LargePayload.objects.filter(name__in=set(names))}
    return [found[name] for name in names]


def without_root(limit: int) -> list[str]:
    """Workflows other than chats whose root is not known yet."""
    rows = LargePayload.objects.filter(root="").exclude(workflow="").exclude(workflow__startswith=TASK_PREFIX)
    return list(rows.order_by().values_list("workflow", flat=True).distinct()[:limit])


def set_root(workflow: str, root: str) -> None:
    """Notes the workflow at the root of a child workflow; a workflow without a parent is its own root."""
    LargePayload.objects.filter(workflow=workflow).update(root=root)


def unneeded() -> list[str]:
    """Workflows with old payloads that no open turn can refer to: it is neither theirs nor their root's.

    A turn that waits for months keeps its payloads, and those of its child workflows.
    """
    found: set[str] = set()
    pairs = list(_old().order_by().values_list("workflow", "root").distinct())
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        ids = {root or workflow: _task_id(root or workflow) for workflow, root in batch}
        turns = Turn.objects.filter(task_id__in=filter(None, ids.values()), status__in=Turn.OPEN)
        at_work = set(turns.values_list("task_id", flat=True))
        found |= {workflow for workflow, root in batch if ids[root or workflow] not in at_work}
    return sorted(found)


def keep(workflow: str) -> None:
    """Counts the payloads of a workflow as used now."""
    LargePayload.objects.filter(workflow=workflow).update(used_at=timezone.now())


def forget(workflows: Sequence[str]) -> int:
    """Deletes the old payloads of these workflows; returns their number."""
    return sum(
        _old().filter(workflow__in=workflows[start : start + BATCH]).delete()[0]
        for start in range(0, len(workflows), BATCH)
    )


def is_chat(workflow: str) -> bool:
    """True for the workflow of a chat."""
    return workflow.startswith(TASK_PREFIX)


def _old() -> QuerySet[LargePayload]:
    return LargePayload.objects.filter(used_at__lt=timezone.now() - KEPT)


def _task_id(workflow: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(workflow.removeprefix(TASK_PREFIX)) if is_chat(workflow) else None
    except ValueError:
        return None
