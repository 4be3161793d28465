"""A turn whose first call fails before its start is recorded counts as running, and shows why it waits."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from agentex_web.journal import attempts, turns
from agentex_web.journal.sent import new_task
from agentex_web.tasks.models import Turn
from tests.support.own_chats import an_agent, somebody

pytestmark = pytest.mark.django_db


def test_a_call_that_fails_first_makes_its_turn_run() -> None:
    turn = new_task(somebody(), an_agent(), uuid.uuid4(), "Hello").result.turn
    retry_at = timezone.now() + timedelta(seconds=5)
    attempts.failed(turn.task_id, turn.pk, 2, "The model is busy.", retry_at, "1")
    turn.refresh_from_db()
    assert (turn.status, turn.attempt, turn.error) == (Turn.Status.RUNNING, 2, "The model is busy.")
    assert turn.started_at is not None
    # The late start reports nothing, so that pages keep the reason.
    late = turns.begin(turn.task_id, turn.pk)
    assert (late.version, late.events) == (0, [])
