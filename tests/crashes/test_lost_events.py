"""Events are lost between the database and the page: the page notices from the task's version and resyncs."""

import asyncio
import os
import re
import signal
import uuid

import pytest
from redis import Redis
from redis.exceptions import RedisError

from agentex_web.journal import messages, stops, turns
from agentex_web.journal.ending import Ending
from agentex_web.journal.endings import finish, lose
from agentex_web.journal.record import report
from agentex_web.services import redis_url
from agentex_web.streams.events import MessageDone, MessageStarted, TurnChanged
from agentex_web.streams.publisher import publish
from agentex_web.tasks.models import Message, Task, Turn
from tests.support.model_server import text
from tests.support.people import Person, Socket, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until


def opened(person: Person, task: Task) -> tuple[str, int]:
    """The page's current cursor and version."""
    page = person.http.get(f"/tasks/{task.pk}/conversation/").text
    cursor, version = re.search(r'data-cursor="([\d-]+)"', page), re.search(r'data-version="(\d+)"', page)
    assert cursor and version
    return cursor[1], int(version[1])


def redis_process() -> int:
    return int(Redis.from_url(redis_url()).info("server")["process_id"])


def kill_redis() -> None:
    """Kills Redis as a power failure would: data after the last snapshot is lost. Returns when Redis is back."""
    before = redis_process()
    os.kill(before, signal.SIGKILL)

    def is_back() -> bool:
        try:
            return redis_process() != before
        except (RedisError, OSError):
            return False

    until(is_back)


def versions(socket: Socket) -> list[int]:
    return [frame["version"] for frame in socket.frames if frame.get("version")]


def test_a_turn_that_ended_in_what_redis_forgot_does_not_stand_half_written(
    stack: Stack, person: Person
) -> None:
    stack.model.script(text("one two three"), match="the first of two", hold_after=1)
    stack.model.script(text("four five six"), match="the second of two", hold_after=1)
    task = person.begin("haiku", "the first of two")
    first = last_turn(task)
    stack.model.wait_for(lambda record: record["held"], match="the first of two")
    second = person.send(task, "the second of two")
    until(lambda: Turn.objects.get(pk=second.pk).status == "queued", stack.logs)
    cursor, version = opened(person, task)
    # The page is offline from here on. Redis saves a snapshot, as it does by itself once a minute.
    Redis.from_url(redis_url()).save()
    stack.model.release("the first of two")
    ended(first)
    kill_redis()
    stack.model.wait_for(lambda record: record["held"], match="the second of two")
    stack.model.release("the second of two")
    ended(second)
    with person.socket(task, cursor, version=version) as socket:
        socket.until(lambda frame: frame["type"] == "resync")
    page = person.http.get(f"/tasks/{task.pk}/conversation/").text
    assert "one two three" in page and "four five six" in page
    assert page.count('data-status="streaming"') == 0


def test_nothing_streams_in_a_turn_that_has_ended(stack: Stack, person: Person, task: Task) -> None:
    stack.model.script(text("one two three"), match="the turn after", hold_after=1)
    person.send(task, "the turn after")
    stack.model.wait_for(lambda record: record["held"], match="the turn after")
    # A start without an end: the end came after the snapshot that Redis was restored from, or the worker was killed.
    ended_turn = task.turns.order_by("created_at")[0]
    asyncio.run(publish(str(task.pk), [MessageStarted(str(uuid.uuid4()), str(ended_turn.pk), "000009")]))
    page = person.http.get(f"/tasks/{task.pk}/conversation/").text
    assert page.count("<article") - page.count('data-status="done"') <= 1, page
    stack.model.release("the turn after")
    ended(last_turn(task))


@pytest.fixture
def task(stack: Stack, person: Person) -> Task:
    stack.model.script(text("An answer."), match="say something")
    task = person.begin("haiku", "say something")
    ended(last_turn(task))
    return task


def test_a_page_that_has_everything_is_not_sent_back(stack: Stack, person: Person, task: Task) -> None:
    cursor, version = opened(person, task)
    stack.model.script(text("Another."), match="and more")
    with person.socket(task, cursor, version=version) as socket:
        person.send(task, "and more")
        socket.until_turn("done")
        # Longer than the grace period, and including a check of the row.
        socket.until(lambda frame: frame["type"] == "ping")
    assert "resync" not in [frame["type"] for frame in socket.frames]
    task.refresh_from_db()
    assert versions(socket)[-1] == task.version


def change_silently(task: Task) -> None:
    """Changes a message like a process that dies between commit and publishing, or whose publishing fails."""
    answer = last_turn(task).answers().get()
    messages.rewrite(task.pk, answer.pk, "Rewritten.", "<p>Rewritten.</p>")


def test_a_change_that_was_never_published_reaches_a_page_that_connects(
    stack: Stack, person: Person, task: Task
) -> None:
    cursor, version = opened(person, task)
    change_silently(task)
    with person.socket(task, cursor, version=version) as socket:
        socket.until(lambda frame: frame["type"] == "resync")


def test_a_change_that_was_never_published_reaches_an_open_page_with_nothing_after_it(
    stack: Stack, person: Person, task: Task
) -> None:
    cursor, version = opened(person, task)
    with person.socket(task, cursor, version=version) as socket:
        change_silently(task)
        socket.until(lambda frame: frame["type"] == "resync")


def test_a_page_notices_a_gap_by_what_follows_it(stack: Stack, person: Person, task: Task) -> None:
    cursor, version = opened(person, task)
    with person.socket(task, cursor, version=version) as socket:
        change_silently(task)
        stack.model.script(text("Another."), match="after the gap")
        person.send(task, "after the gap")
        socket.until(lambda frame: frame["type"] == "resync")


def test_a_publish_that_redis_refuses_leaves_the_rows_and_is_healed(
    stack: Stack, person: Person, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor, version = opened(person, task)
    answer = last_turn(task).answers().get()
    words = "Kept, though Redis did not hear of it."
    written = messages.rewrite(task.pk, answer.pk, words, f"<p>{words}</p>")
    monkeypatch.setattr("agentex_web.streams.connection.redis_url", lambda: "redis://127.0.0.1:1/0")
    asyncio.run(report(written))
    monkeypatch.undo()
    assert Message.objects.get(pk=answer.pk).content.startswith("Kept")
    with person.socket(task, cursor, version=version) as socket:
        socket.until(lambda frame: frame["type"] == "resync")


def test_what_has_ended_stays_as_it_ended(stack: Stack, person: Person, task: Task) -> None:
    turn = last_turn(task)
    for late in ("done", "failed", "interrupted"):
        kept = finish(task.pk, turn.pk, Ending(late, "too late", [{"role": "user", "content": "other"}]))
        assert kept.result.items == turn.items
    assert not lose(task.pk, turn.pk, "lost").result
    turns.begin(task.pk, turn.pk)
    assert not stops.withdraw(task.pk, turn.pk).result
    again = last_turn(task)
    assert (again.status, again.error, again.finished_at) == ("done", "", turn.finished_at)
    assert [row.kind for row in again.messages.order_by("position")] == ["text", "text"]


def test_a_failed_turn_gets_no_answer_below_its_failure(stack: Stack, person: Person) -> None:
    stack.model.script(text("Too late to"), match="lost in between", hold_after=1)
    task = person.begin("haiku", "lost in between")
    turn = last_turn(task)
    stack.model.wait_for(lambda record: record["held"], match="lost in between")
    assert lose(task.pk, turn.pk, "It seemed to be lost.").result
    stack.model.release("lost in between")
    until(lambda: "nothing is added to it" in stack.log("worker"), stack.logs)
    rows = turn.messages.order_by("position")
    assert [row.kind for row in rows] == ["text", "error"]
    assert ended(turn).status == "failed"


def test_an_agent_cannot_write_to_a_task_of_somebody_else(
    stack: Stack, person: Person, stranger: Person
) -> None:
    stack.model.script(text("Mine."), match="a chat of my own")
    other = stranger.begin("haiku", "a chat of my own")
    ended(last_turn(other))
    before = Message.objects.filter(turn__task=other).count()
    turn = ended(last_turn(person.begin("meddler", str(other.pk))))
    assert turn.status == "failed" and "cannot write to task" in turn.error
    assert Message.objects.filter(turn__task=other).count() == before


def test_no_page_is_sent_a_message_of_another_task(
    stack: Stack, person: Person, stranger: Person, task: Task
) -> None:
    stack.model.script(text("A secret."), match="between us")
    theirs = stranger.begin("haiku", "between us")
    secret = ended(last_turn(theirs)).answers().get()
    cursor, version = opened(person, task)
    own = last_turn(task)
    with person.socket(task, cursor, version=version) as socket:
        events = [MessageDone(str(secret.pk), str(secret.turn_id)), TurnChanged(str(own.pk), "done")]
        asyncio.run(publish(str(task.pk), events))
        socket.until_turn("done")
    assert "A secret." not in str(socket.frames)
