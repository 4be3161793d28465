"""Waits with the real parts: all parts restart during a wait, and a long turn continues in another run."""

import asyncio
import uuid

import httpx2

from agentex_web.delivery.client import temporal_client
from agentex_web.tasks.models import Task
from agentex_web.waits.models import Wait
from agentex_web.watches.models import Notice
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import PARTS, Stack
from tests.support.waiting import until


def waiting(task: Task, kind: str) -> Wait:
    found: Wait = until(lambda: Wait.objects.filter(task=task, kind=kind, status="waiting").first())
    return found


def test_a_form_a_timer_and_an_event_outlive_everything(stack: Stack, person: Person) -> None:
    task = person.begin("waiter", "wait for me")
    form = waiting(task, "form")
    for part in reversed(PARTS):
        stack.kill(part)
    stack.restore()
    page = person.http.get(f"/tasks/{task.pk}/").text
    assert "Who are you?" in page and "Submit" in page
    answer = person.http.post(f"/tasks/{task.pk}/forms/{form.pk}/", data={"field-answer": "Ada"})
    assert answer.status_code == 200, answer.text
    timer = waiting(task, "timer")
    stack.kill("worker")
    assert person.http.post(f"/tasks/{task.pk}/waits/{timer.pk}/go-on/").status_code == 200
    stack.restore()
    event = waiting(task, "event")
    path = "/" + event.payload["url"].split("/", 3)[3]
    for _ in range(2):
        told = httpx2.post(stack.url + path, json={"what": "a lamp"}, headers={"Idempotency-Key": "1"})
        assert told.status_code == 202, told.text
    turn = ended(last_turn(task))
    assert turn.status == "done", turn.error
    assert turn.answers().get().content == "Ada got a lamp"


def test_a_started_chat_answers_and_both_are_linked(stack: Stack, person: Person) -> None:
    stack.model.script(text("Waves in the moonlight."), match="start a poem")
    task = person.begin("waiter", "start a poem")
    turn = ended(last_turn(task))
    assert turn.answers().get().content == "It said: Waves in the moonlight."
    made = Task.objects.get(parameters__made_by=str(task.pk))
    assert made.owner_id == task.owner_id and made.title == "A haiku for you"
    assert f"/tasks/{made.pk}/" in person.http.get(f"/tasks/{task.pk}/").text
    assert f"/tasks/{task.pk}/" in person.http.get(f"/tasks/{made.pk}/").text


def test_a_message_in_the_background_is_news_until_it_is_seen(stack: Stack, person: Person) -> None:
    stack.model.script(text("Done meanwhile."), match="in the background")
    data = {"id": str(uuid.uuid4()), "agent": "haiku", "content": "in the background", "background": "1"}
    sent = person.http.post("/tasks/", data=data)
    assert (sent.status_code, sent.headers["HX-Redirect"]) == (201, "/")
    turn = ended(Notice.objects.get(person=person.user).turn)
    assert 'data-status="done"' in person.http.get("/news/").text
    assert person.http.get(f"/tasks/{turn.task_id}/").status_code == 200
    assert "news-item" not in person.http.get("/news/").text


def test_the_history_of_a_chat_holds_no_large_payload(stack: Stack, person: Person) -> None:
    stack.model.script(text("Read."), match="a very long message", times=None)
    task = person.begin("haiku", "a very long message" + "x" * 90_000)
    ended(last_turn(task))
    ended(person.send(task, "a very long message again" + "y" * 90_000))

    async def size() -> int:
        handle = (await temporal_client()).get_workflow_handle(task.workflow_id)
        return (await handle.describe()).raw_description.workflow_execution_info.history_size_bytes

    assert asyncio.run(size()) < 600_000
