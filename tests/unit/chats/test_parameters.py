"""An agent's parameters for a new chat: shown as a form, validated, stored with the chat, and shown in it."""

import uuid
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from agentex_web.delivery.messages import event_of
from agentex_web.tasks.models import Agent, Task, Turn
from agentex_web.turns.questions import Question
from tests.support.own_chats import an_agent, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)


class Trip(BaseModel):
    """Tell us where to."""

    place: str = Field(title="Where to?", min_length=2)
    way: Literal["train", "ferry"] = "train"
    people: int = Field(default=2, ge=1, le=12)
    insured: bool = False


FILLED = {"field-place": "Oslo", "field-way": "1", "field-people": "3", "field-insured": "true"}


def guide() -> Agent:
    return an_agent("Guide", declared={"hosts": True, "parameters": Question.of(Trip).payload()})


def begin(agent: Agent, **fields: str) -> tuple[int, str, Task | None]:
    message_id = uuid.uuid4()
    sent = {"id": message_id, "agent": agent.pk, "content": "Go", **fields}
    answer = client_of(somebody()).post("/tasks/", sent, headers={"HX-Request": "true"})
    return answer.status_code, answer.content.decode(), Task.objects.filter(pk=message_id).first()


def test_the_start_page_has_the_form() -> None:
    agent = guide()
    page = client_of(somebody()).get(f"/?agent={agent.pk}").content.decode()
    assert "Tell us where to." in page
    assert '<input type="text" name="field-place" id="parameter-place"' in page
    assert page.count(' form="composer"') >= 5
    plain = client_of(somebody()).get(f"/?agent={an_agent().pk}").content.decode()
    assert "field-place" not in plain


def test_the_chat_keeps_and_shows_them_and_the_workflow_gets_them() -> None:
    agent, owner, message_id = guide(), somebody(), uuid.uuid4()
    client = client_of(owner)
    sent = {"id": message_id, "agent": agent.pk, "content": "Go", **FILLED}
    assert client.post("/tasks/", sent).status_code == 302
    values = {"place": "Oslo", "way": "ferry", "people": 3, "insured": True}
    assert Task.objects.get(pk=message_id).parameters == values
    turn = Turn.objects.select_related("task__agent", "task__owner").get(pk=message_id)
    assert event_of(turn, turn.messages.get(pk=message_id)).task.params == values
    page = client.get(f"/tasks/{message_id}/").content.decode()
    assert '<dt dir="auto">Where to?</dt><dd dir="auto">Oslo</dd>' in page
    assert '<dd dir="auto">Yes</dd>' in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"field-place": ""}, "Where to?: Fill this in."),
        ({"field-place": "O"}, "Where to?: At least 2 characters."),
        ({"field-people": "99"}, "People: At most 12."),
        ({"field-people": "many"}, "People: Enter a number."),
        ({"field-way": "7"}, "Way:"),
        ({"field-place": "O" * 70_000}, "Your entries are too long in total. Shorten them."),
    ],
)
def test_what_does_not_fit_begins_no_chat(fields: dict[str, Any], words: str) -> None:
    status, text, task = begin(guide(), **{**FILLED, **fields})
    assert (status, task) == (400, None)
    assert words in text


def test_an_agent_that_asks_for_nothing_gets_nothing() -> None:
    status, _, task = begin(an_agent(), **FILLED)
    assert (status, task and task.parameters) == (201, {})
