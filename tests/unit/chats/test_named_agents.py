"""Naming agents with "@" in the Message box: which agents are offered, which may answer, and what the chat shows."""

import json
import re
import uuid

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from agentex_web.chat.chat_list import list_rows
from agentex_web.delivery.messages import event_of
from agentex_web.journal.answering import next_agent
from agentex_web.journal.branches import sibling
from agentex_web.journal.copies import copy_task
from agentex_web.journal.sent import follow_up
from agentex_web.journal.stops import request_stops
from agentex_web.tasks.branches import memory_at
from agentex_web.tasks.models import Agent, Message, Task, Turn
from tests.support.own_chats import a_chat, an_agent, another_turn, answer, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def named(title: str, **fields: object) -> Agent:
    return an_agent(title, declared={"hosts": True, "named": True}, **fields)


def offered(client: Client, task: Task, q: str = "") -> tuple[list[str], str]:
    found = client.get(f"/tasks/{task.pk}/agents/?q={q}").json()
    return [each["title"] for each in found["agents"]], found["note"]


def say(client: Client, task: Task, to: str = "", text: str = "Hello") -> tuple[int, str, Turn | None]:
    message_id = uuid.uuid4()
    response = client.post(
        f"/tasks/{task.pk}/messages/",
        {"id": message_id, "content": text, "to": to},
        headers={"HX-Request": "true"},
    )
    return response.status_code, response.content.decode(), Turn.objects.filter(pk=message_id).first()


def test_only_agents_that_can_answer_there_are_offered() -> None:
    ada = somebody()
    here, weather = named("Haiku"), named("Weather")
    named("Elsewhere", task_queue="another")
    named("Gone", available=False)
    secret = named("Secret")
    secret.groups.add(Group.objects.create(name="few"))
    an_agent("Essayist", declared={"named": False})
    task = a_chat(ada, agent=here)
    titles, note = offered(client_of(ada), task)
    assert titles == [weather.title]
    assert note == "Only available in their own chats: Essayist"
    assert offered(client_of(ada), task, "wea")[0] == ["Weather"]
    assert offered(client_of(ada), task, "zzz") == ([], "There is no other agent with this name.")


def test_a_chat_with_a_workflow_of_its_own_offers_none_and_says_so() -> None:
    ada = somebody()
    named("Weather")
    task = a_chat(ada, agent=an_agent("Essayist", declared={"named": False}))
    titles, note = offered(client_of(ada), task)
    assert titles == []
    assert note == "Essayist has its own workflow, so no other agent can be named here."


def test_the_message_carries_the_agent_and_the_transcript_shows_the_handoff() -> None:
    ada = somebody()
    haiku, weather = named("Haiku"), named("Weather")
    task = a_chat(ada, agent=haiku)
    client = client_of(ada)
    status, _, turn = say(client, task, weather.pk)
    assert status == 201
    assert turn is not None and turn.choices == {"agent": weather.pk}
    rows = [(each.kind, each.author) for each in turn.messages.order_by("position")]
    assert rows == [("text", "user"), ("handoff", "user")]
    turn = Turn.objects.select_related("task__agent", "task__owner").get(pk=turn.pk)
    event = event_of(turn, turn.messages.get(pk=turn.pk)).event
    assert event.choices is not None and event.choices.agent == weather.pk
    page = client.get(task.get_absolute_url()).content.decode()
    assert "You handed over to <strong>Weather</strong>" in page
    assert '<span class="task-agent">Weather</span>' in list_rows(ada, [task.pk])[str(task.pk)]
    assert "<span data-agent-title>Weather</span>" in page
    assert 'placeholder="Write to Weather"' in page


def test_what_follows_stays_with_it_and_goes_back_by_name() -> None:
    ada = somebody()
    haiku, weather = named("Haiku"), named("Weather")
    task = a_chat(ada, agent=haiku)
    client = client_of(ada)
    assert another_turn(task, "Before", "Yes").choices == {}
    say(client, task, weather.pk)
    _, _, stays = say(client, task)
    assert stays is not None and stays.choices == {"agent": weather.pk}
    assert stays.messages.count() == 1
    _, _, back = say(client, task, haiku.pk)
    assert back is not None and back.choices == {"agent": haiku.pk}
    assert back.messages.get(kind="handoff").data == {"from": "Weather", "to": "Haiku"}
    _, _, same = say(client, task, haiku.pk)
    assert same is not None and not same.messages.filter(kind="handoff").exists()


def test_words_of_an_agents_code_keep_its_title_when_another_agent_is_named_later() -> None:
    ada = somebody()
    task, weather, news = a_chat(ada, agent=named("Haiku")), named("Weather"), named("News")
    Message.objects.filter(turn__task=task, author="agent").update(agent_name="")
    client = client_of(ada)
    for name in (weather.pk, news.pk):
        _, _, turn = say(client, task, name)
        assert turn is not None
        Message.objects.filter(pk=answer(turn, "Said.").pk).update(agent_name="")
    titles = re.findall("<span data-nameless>(.*?)</span>", client.get(task.get_absolute_url()).text)
    assert titles == ["Haiku", "Agent", "News"]


def test_who_may_not_answer_is_refused_and_nothing_is_sent() -> None:
    ada = somebody()
    task = a_chat(ada, agent=named("Haiku"))
    secret = named("Secret")
    secret.groups.add(Group.objects.create(name="few"))
    for name in (secret.pk, "nobody", an_agent("Essayist").pk):
        status, words, turn = say(client_of(ada), task, name)
        assert (status, turn) == (409, None)
        assert "cannot answer in this chat" in words


def test_a_right_that_is_taken_away_ends_it() -> None:
    ada = somebody()
    task, weather = a_chat(ada, agent=named("Haiku")), named("Weather")
    client = client_of(ada)
    say(client, task, weather.pk)
    weather.groups.add(Group.objects.create(name="few"))
    assert say(client, task)[0] == 403
    weather.groups.clear()
    Agent.objects.filter(pk=weather.pk).update(available=False)
    status, words, _ = say(client, task)
    assert status == 409
    assert "Name another agent with @" in words


def test_a_stranger_learns_nothing() -> None:
    task = a_chat(somebody(), agent=named("Haiku"))
    assert client_of(somebody()).get(f"/tasks/{task.pk}/agents/").status_code == 404


def test_a_stop_before_the_agent_began_ends_such_a_turn_too() -> None:
    ada = somebody()
    task, weather = a_chat(ada, agent=named("Haiku")), named("Weather")
    _, _, turn = say(client_of(ada), task, weather.pk)
    assert turn is not None
    (stopped,) = request_stops(task.pk).result
    assert (stopped.turn.pk, stopped.turn.status) == (turn.pk, "interrupted")


def test_another_version_and_a_copy_keep_the_agent() -> None:
    ada = somebody()
    task, weather = a_chat(ada, agent=named("Haiku")), named("Weather")
    _, _, turn = say(client_of(ada), task, weather.pk)
    assert turn is not None
    answer(turn, "Sunny.")
    turn = Turn.objects.select_related("task").get(pk=turn.pk)
    again = sibling(turn).result.turn
    assert again.choices == {"agent": weather.pk}
    assert again.messages.filter(kind="handoff", author="user").count() == 1
    copy = copy_task(Task.objects.get(pk=task.pk), uuid.uuid4(), "Copy")
    assert {"agent": weather.pk} in [each.choices for each in copy.turns.all()]


def test_a_branch_from_before_is_with_the_first_agent() -> None:
    ada = somebody()
    haiku, weather = named("Haiku"), named("Weather")
    task = a_chat(ada, agent=haiku)
    before = task.head_id
    say(client_of(ada), task, weather.pk)
    Task.objects.filter(pk=task.pk).update(head=before)
    assert next_agent(Task.objects.select_related("agent", "head").get(pk=task.pk)) == haiku


def test_each_agent_has_the_memory_of_its_own_turns() -> None:
    ada = somebody()
    haiku, weather = named("Haiku"), named("Weather")
    task = a_chat(ada, agent=haiku)
    Turn.objects.filter(pk=task.head_id).update(last_agent="Poet", context={"verses": 1})
    task = Task.objects.select_related("agent", "head").get(pk=task.pk)
    _, _, turn = say(client_of(ada), task, weather.pk)
    assert turn is not None
    Turn.objects.filter(pk=turn.pk).update(last_agent="Forecaster", context={"city": "Oslo"})
    assert memory_at(turn.pk, haiku.pk) == ("Poet", {"verses": 1})
    assert memory_at(turn.pk, weather.pk) == ("Forecaster", {"city": "Oslo"})
    assert memory_at(turn.pk) == ("Forecaster", {"city": "Oslo"})


def test_a_program_that_says_nothing_else_goes_on_with_the_named_agent() -> None:
    ada = somebody()
    task, weather = a_chat(ada, agent=named("Haiku")), named("Weather")
    say(client_of(ada), task, weather.pk)
    task = Task.objects.select_related("agent", "head").get(pk=task.pk)
    assert follow_up(task, uuid.uuid4(), "By schedule").result.turn.choices == {"agent": weather.pk}


def test_export_names_the_handoff() -> None:
    ada = somebody()
    task, weather = a_chat(ada, agent=named("Haiku")), named("Weather")
    say(client_of(ada), task, weather.pk)
    body = json.loads(client_of(ada).get(f"/tasks/{task.pk}/export/json/").content)
    assert "handoff" in json.dumps(body)
    assert Message.objects.filter(turn__task=task, kind="handoff").count() == 1
