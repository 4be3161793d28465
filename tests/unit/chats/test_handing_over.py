"""A message of every length is accepted, delivered before it is reported, and reported even if Temporal is away."""

import asyncio
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from agentex_web.delivery import messages
from agentex_web.journal import record
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.tasks.models import Agent, Message, Task, Turn
from tests.support.own_chats import a_chat, client_of, somebody


def accepted() -> Change[Accepted]:
    turn = Turn(pk=uuid.uuid4(), task=Task(agent=Agent(name="haiku")))
    return Change(turn.task.pk, 1, Accepted(turn, Message(pk=turn.pk, turn=turn)))


@pytest.mark.parametrize("answers", [True, False])
def test_the_delivery_comes_first_and_the_report_does_not_wait_for_it(
    answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    async def run() -> None:
        delivered, reported = asyncio.Event(), asyncio.Event()

        async def deliver(*_: Any) -> None:
            seen.append("asked")
            await delivered.wait()
            seen.append("delivered")

        async def report(_: Change[Any]) -> None:
            seen.append("reported")
            reported.set()

        monkeypatch.setattr(messages, "deliver", deliver)
        monkeypatch.setattr(messages, "event_of", lambda *_: None)
        monkeypatch.setattr(record, "report", report)
        await messages.begin_hand_over(accepted())
        seen.append("answered")
        if answers:
            delivered.set()
        await reported.wait()
        delivered.set()
        await asyncio.sleep(0)

    asyncio.run(run())
    others = ["delivered", "reported"] if answers else ["reported", "delivered"]
    assert seen == ["asked", "answered", *others]


@pytest.mark.django_db(transaction=True)
def test_the_longest_message_fits_into_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    async def deliver(*_: Any) -> None:
        pass

    monkeypatch.setattr(messages, "deliver", deliver)
    owner = somebody()
    task, client = a_chat(owner), client_of(owner)
    fields = {"id": uuid.uuid4(), "content": "😀" * settings.AGENTEX_MESSAGE_LENGTH}
    answer = client.post(
        f"/tasks/{task.pk}/messages/",
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 201, answer.content
    assert Message.objects.get(pk=fields["id"]).content == fields["content"]
