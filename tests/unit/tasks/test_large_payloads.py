"""Payloads outside Temporal are kept as long as something may refer to them, and no longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agentex_web.tasks import large_payloads
from agentex_web.tasks.models import LargePayload, Turn
from tests.support.own_chats import a_chat, somebody

pytestmark = pytest.mark.django_db


def test_old_ones_are_forgotten_but_not_those_of_a_chat_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_payloads, "BATCH", 2)
    over, waits = a_chat(somebody()), a_chat(somebody())
    Turn.objects.filter(task=waits).update(status=Turn.Status.RUNNING)
    workflows = [over.workflow_id, waits.workflow_id, "of a child", ""]
    for workflow in workflows:
        large_payloads.store(workflow, [b"one", b"two"])
    assert large_payloads.forget_old() == 0
    old = timezone.now() - large_payloads.KEPT - timedelta(days=1)
    LargePayload.objects.update(used_at=old)
    (name,) = large_payloads.store(over.workflow_id, [b"one"])
    assert large_payloads.forget_old() == 5
    assert set(LargePayload.objects.values_list("workflow", flat=True)) == {
        over.workflow_id,
        waits.workflow_id,
    }
    assert large_payloads.retrieve([name]) == [b"one"]
