"""Payloads that are too large for Temporal's history, which refers to them by name."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from agentex_web.tasks.models import LargePayload

KEPT = timedelta(days=90)
"""Longer than Temporal keeps a closed workflow (its default is 72 hours) and a chat's run lasts."""


def store(workflow: str, bodies: Sequence[bytes]) -> list[str]:
    """Keeps each; returns their names. The same bytes of a workflow have one name, so repeating adds nothing.

    Args:
        workflow: the id of the workflow that they belong to; they are removed with it.
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
        KeyError: one of them is gone.
    """
    found = {row.name: bytes(row.body) for row in LargePayload.objects.filter(name__in=set(names))}
    return [found[name] for name in names]


def forget_old() -> int:
    """Deletes payloads that no run can refer to any more; returns how many."""
    old = LargePayload.objects.filter(used_at__lt=timezone.now() - KEPT)
    return old.delete()[0]
