"""Payloads outside Temporal are kept as long as something may refer to them, and no longer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.tasks import deletions, large_payloads
from agentex_web.tasks.models import LargePayload, Turn
from agentex_web.worker import old_payloads
from tests.support.own_chats import a_chat, somebody

pytestmark = pytest.mark.django_db(transaction=True)
OLD = large_payloads.KEPT + timedelta(days=1)


@dataclass
class Described:
    root_id: str
    status: WorkflowExecutionStatus


class Temporal:
    """Knows workflows by id: their roots, and whether they run."""

    def __init__(self, known: dict[str, tuple[str, bool]]) -> None:
        self.known = known
        self.asked: list[str] = []

    def get_workflow_handle(self, workflow: str) -> "Temporal":
        self.asked.append(workflow)
        return self

    async def describe(self, **_: Any) -> Described:
        if (found := self.known.get(self.asked[-1])) is None:
            raise RPCError("gone", RPCStatusCode.NOT_FOUND, b"")
        running, ended = WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED
        return Described(found[0], running if found[1] else ended)


def forget(temporal: Any) -> int:
    return async_to_sync(old_payloads.forget_payloads)(temporal)


def left() -> set[str]:
    return set(LargePayload.objects.values_list("workflow", flat=True))


def test_old_ones_are_forgotten_but_not_those_of_a_chat_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_payloads, "BATCH", 2)
    over, waits = a_chat(somebody()), a_chat(somebody())
    Turn.objects.filter(task=waits).update(status=Turn.Status.RUNNING)
    temporal = Temporal(
        {
            "child": (waits.workflow_id, True),
            "ended child": (waits.workflow_id, False),
            "child of over": (over.workflow_id, False),
            "outlives": (over.workflow_id, True),
        }
    )
    workflows = [over.workflow_id, waits.workflow_id, *temporal.known, "unknown", ""]
    for workflow in workflows:
        large_payloads.store(workflow, [b"one", b"two"])
    assert forget(temporal) == 0
    assert sorted(temporal.asked) == sorted([*temporal.known, "unknown"])
    LargePayload.objects.update(used_at=timezone.now() - OLD)
    (name,) = large_payloads.store(over.workflow_id, [b"one"])
    # Long after they ended, Temporal knows them no more.
    for ended in ("ended child", "child of over"):
        del temporal.known[ended]
    temporal.asked.clear()
    assert forget(temporal) == 7
    assert temporal.asked == ["child of over", "outlives", "unknown"]
    assert left() == {over.workflow_id, waits.workflow_id, "child", "ended child", "outlives"}
    assert large_payloads.retrieve([name]) == [b"one"]
    # What a chat's children had goes with the chat.
    deletions.remove_payloads([waits.workflow_id])
    assert left() == {over.workflow_id, "outlives"}


def test_without_temporal_nothing_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    large_payloads.store("child", [b"one"])
    LargePayload.objects.update(used_at=timezone.now() - OLD)

    async def away(*_: object, **__: object) -> None:
        raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")

    monkeypatch.setattr(Temporal, "describe", away)
    with pytest.raises(RPCError):
        forget(Temporal({}))
    assert left() == {"child"}
