"""Tool calls that wait for an approval, and people who decide."""

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.test import RequestFactory

from agentex_web.actions.deciding import commit
from agentex_web.chat.waits.approvals import _verdict
from agentex_web.journal import waits
from agentex_web.positions import below
from agentex_web.tasks.message_ids import tool_message_id
from agentex_web.tasks.models import Message, Turn
from agentex_web.waits.models import Wait
from tests.support.own_chats import a_chat

CALL = "call_1"


def asked(owner: User, **fields: Any) -> Wait:
    """A tool call that waits for an approval, in a new chat."""
    task = a_chat(owner)
    turn = Turn.objects.filter(task=task).latest("created_at")
    Turn.objects.filter(pk=turn.pk).update(status=Turn.Status.RUNNING)
    Message.objects.create(
        pk=tool_message_id(turn.pk, CALL, Message.Kind.TOOL_REQUEST),
        turn=turn,
        position=below("000900", 0),
        author="agent",
        kind="tool_request",
        status="pending",
        content='{"amount": 50}',
        tool_call_id=CALL,
        tool_name="pay",
    )
    return again(turn, CALL, **fields)


def again(turn: Turn, call: str, **fields: Any) -> Wait:
    payload = {"arguments": {"amount": 50}, "type": "function_call"}
    wait = Wait(
        pk=uuid.uuid5(turn.pk, call),
        task_id=turn.task_id,
        turn=turn,
        kind="approval",
        title="pay",
        payload=payload,
        workflow_id="none",
        **fields,
    )
    card = Message(
        pk=wait.pk,
        turn=turn,
        position=below("000901", len(call)),
        author="agent",
        kind="approval",
        status="pending",
        tool_call_id=call,
    )
    return waits.open_wait(turn.task_id, wait, card).result


def post(user: User, wait: Wait, **said: str) -> Wait:
    request = RequestFactory().post("/", said)
    request.user = user
    value_of = lambda found: _verdict(request, found)  # noqa: E731
    return commit(request.user, wait.task_id, wait.pk, Wait.Kind.APPROVAL, value_of).result
