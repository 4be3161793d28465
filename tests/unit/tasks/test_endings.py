"""A turn that has ended stays as it is, however often and however differently its end is written again."""

import uuid

import pytest

from agentex_web.journal import turns
from agentex_web.journal.ending import Ending
from agentex_web.journal.endings import finish, lose
from agentex_web.journal.sent import follow_up
from agentex_web.tasks.models import Message, Task, Turn
from tests.support.own_chats import a_chat, somebody

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("later", ["done", "failed", "interrupted", "lost"])
@pytest.mark.parametrize("first", ["done", "failed", "interrupted"])
def test_a_later_end_changes_nothing(first: str, later: str) -> None:
    task = Task.objects.select_related("head").get(pk=a_chat(somebody()).pk)
    turn = follow_up(task, uuid.uuid4(), "Tell me more").result.turn
    turns.begin(task.pk, turn.pk)
    Message.objects.create(turn=turn, position="000001000000", author="agent", content="Once upon a time")
    finish(task.pk, turn.pk, Ending(first, "It broke." if first == "failed" else "", [{"role": "user"}]))
    ended = Turn.objects.filter(pk=turn.pk).values().get()
    messages = list(Message.objects.filter(turn=turn).order_by("position").values())
    assert ended["status"] == first and ended["finished_at"]
    if later == "lost":
        assert lose(task.pk, turn.pk, "Nothing works on it.").result is False
    else:
        finish(task.pk, turn.pk, Ending(later, "Something else broke." if later == "failed" else "", []))
    assert Turn.objects.filter(pk=turn.pk).values().get() == ended
    assert list(Message.objects.filter(turn=turn).order_by("position").values()) == messages
