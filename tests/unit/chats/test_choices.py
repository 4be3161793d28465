"""The menu of the Message box: what the server allows, stores with the chat and the turn, and shows."""

import uuid
from typing import Any

import pytest
from django.test import Client

from agentex_web.delivery.messages import event_of
from agentex_web.journal.branches import sibling
from agentex_web.journal.sent import follow_up
from agentex_web.preferences.models import Preferences
from agentex_web.tasks.models import Agent, Task, Turn
from agentex_web.turns.event import Choices
from tests.support.own_chats import a_chat, an_agent, answer, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)

DECLARED: dict[str, Any] = {
    "hosts": True,
    "named": True,
    "instructions": True,
    "models": [{"name": "small", "title": "Fast"}, {"name": "large", "title": "Thorough"}],
    "efforts": ["low", "high"],
    "temperature": [0, 1],
    "tools": [
        {"name": "look_up", "title": "Look up", "help": "Looks a word up."},
        {"name": "count", "title": "Count", "help": ""},
    ],
}
ALL_ON = {"tools": ["look_up", "count"]}


def free(title: str = "Desk", **declared: Any) -> Agent:
    return an_agent(title, declared={**DECLARED, **declared})


def say(client: Client, task: Task, agent: Agent, **fields: Any) -> tuple[int, str, Turn | None]:
    message_id = uuid.uuid4()
    response = client.post(
        f"/tasks/{task.pk}/messages/",
        {"id": message_id, "content": "Hello", "choices": agent.pk, **ALL_ON, **fields},
        headers={"HX-Request": "true"},
    )
    return response.status_code, response.content.decode(), Turn.objects.filter(pk=message_id).first()


def test_a_message_is_answered_as_chosen_and_the_chat_keeps_that() -> None:
    ada, agent = somebody(), free()
    task, client = a_chat(ada, agent=agent), client_of(ada)
    chosen = {"model": "large", "effort": "high", "temperature": "0.3", "tools": ["count"]}
    status, _, turn = say(client, task, agent, **chosen)
    kept = {"model": "large", "effort": "high", "temperature": 0.3, "without": ["look_up"]}
    assert (status, turn and turn.choices) == (201, kept)
    task = Task.objects.select_related("agent", "head").get(pk=task.pk)
    assert task.choices == {agent.pk: kept}
    assert follow_up(task, uuid.uuid4(), "By schedule").result.turn.choices == kept
    turn = Turn.objects.select_related("task__agent", "task__owner").get(pk=turn and turn.pk)
    event = event_of(turn, turn.messages.get(pk=turn.pk)).event
    assert event.choices == Choices(model="large", effort="high", temperature=0.3, without=["look_up"])
    page = client.get(task.get_absolute_url()).content.decode()
    assert "Thorough · high effort · temperature 0.3 · 1 tool off" in page
    assert '<option value="large" selected>' in page


def test_nothing_chosen_is_nothing_kept() -> None:
    ada, agent = somebody(), free()
    task = a_chat(ada, agent=agent)
    _, _, turn = say(client_of(ada), task, agent)
    assert turn is not None and turn.choices == {}
    turn = Turn.objects.select_related("task__agent", "task__owner").get(pk=turn.pk)
    assert event_of(turn, turn.messages.get(pk=turn.pk)).event.choices is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model": "dear"}, "“dear” cannot be chosen here."),
        ({"effort": "max"}, "“max” cannot be chosen here."),
        ({"temperature": "3"}, "The temperature is a number from 0 to 1."),
        ({"temperature": "hot"}, "The temperature is a number from 0 to 1."),
        ({"temperature": "nan"}, "The temperature is a number from 0 to 1."),
    ],
)
def test_nobody_chooses_what_is_not_allowed(fields: dict[str, str], words: str) -> None:
    ada, agent = somebody(), free()
    task, client = a_chat(ada, agent=agent), client_of(ada)
    status, text, turn = say(client, task, agent, **fields)
    assert (status, turn) == (400, None)
    assert words in text
    kept = client.post(f"/tasks/{task.pk}/choices/", {"choices": agent.pk, **ALL_ON, **fields})
    assert kept.status_code == 400
    assert Task.objects.get(pk=task.pk).choices == {}


def test_an_agent_that_lets_nothing_be_chosen_has_no_menu() -> None:
    ada, agent = somebody(), an_agent("Plain", declared={"hosts": True, "instructions": True})
    task, client = a_chat(ada, agent=agent), client_of(ada)
    assert "choices-menu" not in client.get(task.get_absolute_url()).content.decode()
    for fields in ({"model": "large"}, {"temperature": "0.5"}):
        assert say(client, task, agent, **fields)[0] == 400


def test_the_menu_of_another_agent_is_not_heeded() -> None:
    ada, agent, other = somebody(), free(), free("Other")
    task = a_chat(ada, agent=agent)
    _, _, turn = say(client_of(ada), task, agent, to=other.pk, tools=[])
    assert turn is not None and turn.choices == {"agent": other.pk}


def test_each_agent_of_a_chat_keeps_its_own_choices() -> None:
    ada, agent, other = somebody(), free(), free("Other", models=[{"name": "tiny", "title": "Tiny"}])
    task, client = a_chat(ada, agent=agent), client_of(ada)
    say(client, task, agent, model="large")
    menu = client.get(f"/tasks/{task.pk}/choices/?agent={other.pk}").content.decode()
    assert "Tiny" in menu and "Thorough" not in menu
    say(client, task, other, to=other.pk, model="tiny")
    _, _, back = say(client, task, other, to=agent.pk)
    assert back is not None and back.choices == {"agent": agent.pk, "model": "large"}


def test_changing_the_menu_keeps_it_for_the_next_answer() -> None:
    ada, agent = somebody(), free()
    task, client = a_chat(ada, agent=agent), client_of(ada)
    said = client.post(f"/tasks/{task.pk}/choices/", {"choices": agent.pk, **ALL_ON, "effort": "low"})
    assert (said.status_code, said.content.decode()) == (200, "low effort")
    turn = Turn.objects.select_related("task").get(task=task)
    assert sibling(turn).result.turn.choices == {"effort": "low"}


def test_what_the_file_stopped_allowing_is_dropped() -> None:
    ada, agent = somebody(), free()
    task, client = a_chat(ada, agent=agent), client_of(ada)
    say(client, task, agent, model="large", effort="low", temperature="1", tools=[])
    Agent.objects.filter(pk=agent.pk).update(declared={**DECLARED, "models": [], "temperature": [0, 0.5]})
    task = Task.objects.select_related("agent", "head").get(pk=task.pk)
    follows = follow_up(task, uuid.uuid4(), "Next").result.turn
    assert follows.choices == {"effort": "low", "without": ["look_up", "count"]}


def test_a_new_chat_begins_with_what_was_chosen() -> None:
    ada, agent = somebody(), free()
    client, message_id = client_of(ada), uuid.uuid4()
    words = client.post("/choices/", {"agent": agent.pk, "choices": agent.pk, **ALL_ON, "model": "small"})
    assert words.content.decode() == "Fast"
    fields = {"id": message_id, "agent": agent.pk, "content": "Hi", "choices": agent.pk, "model": "small"}
    assert client.post("/tasks/", {**fields, **ALL_ON}).status_code == 302
    assert Task.objects.get(pk=message_id).choices == {agent.pk: {"model": "small"}}
    assert Turn.objects.get(pk=message_id).choices == {"model": "small"}
    assert client.post("/tasks/", {**fields, "id": uuid.uuid4(), "model": "dear"}).status_code == 400


def test_custom_instructions_go_with_each_message_to_agents_that_accept_them() -> None:
    ada, agent, other = somebody(), free(), free("Other", instructions=False)
    client = client_of(ada)
    page = client.get("/settings/").content.decode()
    assert "Custom instructions" in page
    given = {"instructions": "Answer briefly.", "density": "comfortable", "send_key": "enter"}
    assert client.post("/settings/", given).status_code == 302
    task = a_chat(ada, agent=agent)
    _, _, turn = say(client, task, agent)
    assert turn is not None and turn.instructions == "Answer briefly."
    Preferences.objects.filter(user=ada).update(instructions="Answer at length.")
    assert Turn.objects.get(pk=turn.pk).instructions == "Answer briefly."
    turn = Turn.objects.select_related("task__agent", "task__owner").get(pk=turn.pk)
    event = event_of(turn, turn.messages.get(pk=turn.pk)).event
    assert event.choices == Choices(instructions="Answer briefly.")
    _, _, refused = say(client, task, other, to=other.pk)
    assert refused is not None and refused.instructions == ""
    assert "Your custom instructions apply." in client.get(f"/?agent={agent.pk}").content.decode()
    assert "Your custom instructions apply." not in client.get(f"/?agent={other.pk}").content.decode()


def test_they_are_limited_in_length() -> None:
    ada = somebody()
    given = {"instructions": "x" * 2_001, "density": "comfortable", "send_key": "enter"}
    said = client_of(ada).post("/settings/", given)
    assert said.status_code == 200
    assert "2000 characters" in said.content.decode()


def test_the_details_of_an_answer_name_what_it_was_answered_with() -> None:
    ada, agent = somebody(), free()
    Preferences.objects.create(user=ada, instructions="Answer briefly.")
    task, client = a_chat(ada, agent=agent), client_of(ada)
    _, _, turn = say(client, task, agent, effort="low")
    assert turn is not None
    answer(turn, "Yes.")
    details = client.get(f"/tasks/{task.pk}/turns/{turn.pk}/details/").content.decode()
    assert "low effort" in details and "with custom instructions" in details
