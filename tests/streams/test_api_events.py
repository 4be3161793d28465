"""The API's stream of a task's events: a snapshot, then everything, without a gap and without a double. Uses only Redis."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings
from redis.asyncio import Redis

from agentex_web.accounts import api_keys
from agentex_web.accounts.models import ApiKey
from agentex_web.actions.open_sockets import open_sockets
from agentex_web.api import following
from agentex_web.api.following import Follower
from agentex_web.journal.sent import follow_up
from agentex_web.streams.encoding import encode
from agentex_web.streams.events import (
    BranchChanged,
    Event,
    MessageDelta,
    MessageDone,
    MessageReset,
    MessageStarted,
    TaskDeleted,
    TitleChanged,
    TurnChanged,
)
from agentex_web.streams.keys import FIELD
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.utf16 import utf16_length
from tests.support.own_chats import a_chat, somebody
from tests.support.redis_alone import redis_alone
from tests.support.waiting import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Some *words* 😀 and\nmore of them, at last."
Test = Callable[["Site"], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_alone(tmp_path_factory.mktemp("redis")) as url:
        yield url


class Client:
    """A client, with what it would show: messages by id, as its events say."""

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        self._events = events
        self.last_id = ""
        self.seen: list[tuple[str, Any]] = []
        self.messages: dict[str, Any] = {}
        self.comments = 0

    async def read(self) -> bool:
        """Reads one part of the response; False at its end."""
        try:
            part = await anext(self._events)
        except StopAsyncIteration:
            return False
        for block in part.decode().split("\n\n")[:-1]:
            self._take(dict(line.split(": ", 1) for line in block.split("\n") if ": " in line))
        return True

    def _take(self, fields: dict[str, str]) -> None:
        self.last_id = fields.get("id", self.last_id)
        if "event" not in fields:
            self.comments += 1
            return
        name, data = fields["event"], json.loads(fields["data"])
        self.seen.append((name, data))
        if name == "message":
            self.messages[data["id"]] = data
        elif name == "delta":
            message = self.messages[data["id"]]
            assert data["offset"] == len(message["content"]), "a gap or a double"
            message["content"] += data["text"]
        elif name == "removed":
            self.messages.pop(data["id"], None)

    async def until(self, condition: Callable[["Client"], object]) -> None:
        while not condition(self):
            assert await self.read(), self.seen

    async def close(self) -> None:
        await self._events.aclose()  # type: ignore[attr-defined]

    def names(self) -> list[str]:
        return [name for name, _ in self.seen]

    def content(self, message: str) -> str:
        return str(self.messages.get(message, {}).get("content", ""))


class Site:
    def __init__(self, redis: Redis, task: Task, key: ApiKey, turn: Turn) -> None:
        self.redis, self.task, self.key, self.turn = redis, task, key, turn
        self.message = str(uuid.uuid4())

    async def add(self, *events: Event) -> str:
        cursor: Any = b""
        for event in events:
            cursor = await self.redis.xadd(f"stream:{self.task.pk}", {FIELD: encode(event)})
        return str(cursor.decode())

    def started(self, attempt: int = 1) -> MessageStarted:
        return MessageStarted(self.message, str(self.turn.pk), "000001000000", call="c", attempt=attempt)

    def deltas(self, text: str, size: int = 7, attempt: int = 1) -> list[MessageDelta]:
        return [
            MessageDelta(self.message, utf16_length(text[:at]), text[at : at + size], attempt)
            for at in range(0, len(text), size)
        ]

    async def finish(self, text: str = TEXT) -> None:
        """The turn ends: rows first, then the events."""
        await Message.objects.acreate(
            pk=self.message, turn=self.turn, position="000001000000", author="agent", content=text
        )
        await Turn.objects.filter(pk=self.turn.pk).aupdate(status="done")
        await self.add(MessageDone(self.message, str(self.turn.pk)), TurnChanged(str(self.turn.pk), "done"))

    def client(self, last_id: str = "", *, until_idle: bool = False) -> Client:
        return Client(Follower(self.key, self.task.pk, last_id, until_idle=until_idle).events())


def _site(redis: Redis) -> Site:
    task = a_chat(somebody(), "before", "an earlier answer")
    task = Task.objects.select_related("agent", "head").get(pk=task.pk)
    turn = follow_up(task, uuid.uuid4(), "now").result.turn
    Turn.objects.filter(pk=turn.pk).update(status="running")
    key = api_keys.create(task.owner)[0]
    return Site(redis, task, ApiKey.objects.select_related("person").get(pk=key.pk), turn)


@pytest.fixture
def run(address: str, settings: Settings) -> Callable[[Test], None]:
    settings.REDIS_URL = address

    def runner(test: Test) -> None:
        async def main() -> None:
            async with Redis.from_url(address) as redis:
                await redis.flushall()
                site = await sync_to_async(_site)(redis)
                await asyncio.wait_for(test(site), PATIENCE)
                assert not open_sockets()._checks

        asyncio.run(main())

    return runner


def test_a_snapshot_then_everything_that_follows(run: Callable[[Test], None]) -> None:
    async def test(site: Site) -> None:
        client = site.client(until_idle=True)
        await client.read()
        # The turn that is open, without the ones before it.
        assert client.names() == ["task", "turn", "message"]
        assert client.seen[0][1]["turn"]["status"] == "running" and client.last_id
        await site.add(site.started(), *site.deltas(TEXT))
        await client.until(lambda seen: seen.content(site.message) == TEXT)
        assert client.messages[site.message]["status"] == "streaming"
        await site.finish()
        while await client.read():
            pass
        assert client.content(site.message) == TEXT and client.messages[site.message]["status"] == "done"
        assert client.names()[-2:] == ["turn", "end"] and client.seen[-1][1] == {"reason": "idle"}

    run(test)


def test_who_comes_late_gets_what_streams_so_far(run: Callable[[Test], None]) -> None:
    async def test(site: Site) -> None:
        *first, last = site.deltas(TEXT)
        await site.add(site.started(), *first)
        client = site.client()
        await client.read()
        assert client.content(site.message) == TEXT[: -len(last.text)]
        await site.add(last)
        await client.until(lambda seen: seen.content(site.message) == TEXT)
        await client.close()

    run(test)


def test_a_client_that_is_cut_anywhere_goes_on_from_its_last_id(run: Callable[[Test], None]) -> None:
    async def test(site: Site) -> None:
        client = site.client()
        await client.read()
        await client.close()
        events = [site.started(), *site.deltas(TEXT, 3)]
        for number, event in enumerate(events):
            await site.add(event)
            # After each event, it has been cut off, and comes back with its last id.
            again = site.client(client.last_id)
            again.messages = client.messages
            if number % 3 == 2:
                await again.until(
                    lambda seen, number=number: len(seen.content(site.message)) == min(3 * number, len(TEXT))
                )
            await again.close()
            client = again
        end = site.client(client.last_id)
        end.messages = client.messages
        await end.until(lambda seen: seen.content(site.message) == TEXT)
        await end.close()
        await site.finish()
        done = site.client(end.last_id, until_idle=True)
        done.messages = end.messages
        while await done.read():
            pass
        # It had ended before: either its events come, or the stream ends at once and the list has the rest.
        assert done.content(site.message) == TEXT and done.names()[-1] == "end"

    run(test)


def test_who_comes_back_after_the_end_gets_the_rest(run: Callable[[Test], None]) -> None:
    async def test(site: Site) -> None:
        client = site.client()
        await client.read()
        await site.add(site.started(), *site.deltas(TEXT))
        await client.until(lambda seen: site.message in seen.messages)
        await client.close()
        await site.finish()
        for last_id in (client.last_id, await site.add(TitleChanged("Another"))):
            # The second one has seen every event of the stream but not the rows: their events may not be out yet.
            again = site.client(last_id, until_idle=True)
            while await again.read():
                pass
            assert again.messages[site.message]["status"] == "done" and again.content(site.message) == TEXT
            assert [data["status"] for name, data in again.seen if name == "turn"][-1] == "done"
            assert again.names()[-1] == "end"

    run(test)


def test_a_retried_call_takes_its_text_back_once(run: Callable[[Test], None]) -> None:
    async def test(site: Site) -> None:
        client = site.client()
        await client.read()
        await site.add(site.started(), *site.deltas("wrong words"))
        await client.until(lambda seen: seen.content(site.message) == "wrong words")
        # A resumed client knows which messages a reset takes back, though it never saw the call.
        again = site.client(client.last_id)
        again.messages = dict(client.messages)
        await site.add(MessageReset("c"), site.started(2))
        # The first attempt, which has lost its call, writes on.
        await site.add(MessageDelta(site.message, 11, " and more", 1), *site.deltas(TEXT, attempt=2))
        for each in (client, again):
            await each.until(lambda seen: seen.content(site.message) == TEXT)
            assert "removed" in each.names()
            await each.close()

    run(test)


def test_a_lost_delta_a_trimmed_stream_and_another_branch_are_healed_by_a_snapshot(
    run: Callable[[Test], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "RESYNC_PAUSE", 0)

    async def test(site: Site) -> None:
        client = site.client()
        await client.read()
        first, second, third, *_ = site.deltas(TEXT)
        await site.add(site.started(), first, third)
        # The stream does not have it either, so the text is what it has.
        await client.until(lambda seen: seen.names().count("task") == 2)
        assert client.content(site.message).startswith(first.text)
        await site.add(BranchChanged())
        await client.until(lambda seen: seen.names().count("task") == 3)
        await client.close()
        await site.redis.delete(f"stream:{site.task.pk}")
        await site.add(site.started(), *site.deltas(TEXT))
        again = site.client(client.last_id)
        await again.until(lambda seen: seen.content(site.message) == TEXT)
        assert again.names()[0] == "task" and second
        await again.close()

    run(test)


def test_titles_and_the_end_of_the_task_are_told(run: Callable[[Test], None]) -> None:
    async def test(site: Site) -> None:
        client = site.client()
        await client.read()
        await site.add(TitleChanged("Another"), TaskDeleted())
        while await client.read():
            pass
        assert [data for name, data in client.seen if name in ("task", "end")][1:] == [
            {"id": str(site.task.pk), "title": "Another"},
            {"id": str(site.task.pk), "deleted": True},
            {"reason": "deleted"},
        ]

    run(test)


def test_it_ends_when_the_key_is_revoked_or_the_person_may_not_read(
    run: Callable[[Test], None], settings: Settings
) -> None:
    settings.AGENTEX_SOCKET_CHECK_SECONDS = 60

    async def test(site: Site) -> None:
        client = site.client()
        await client.read()
        reading = asyncio.ensure_future(client.read())
        keys = ApiKey.objects.filter(pk=site.key.pk)
        await sync_to_async(api_keys.revoke)(keys)
        # An announcement in Redis ends it, long before the next check.
        while await reading:
            reading = asyncio.ensure_future(client.read())
        assert client.seen[-1] == ("end", {"reason": "unauthorized"})
        await keys.aupdate(revoked_at=None)
        settings.AGENTEX_SOCKET_CHECK_SECONDS = 0.01
        other = site.client()
        await other.read()
        await Task.objects.filter(pk=site.task.pk).aupdate(owner=await sync_to_async(somebody)())
        while await other.read():
            pass
        assert other.seen[-1] == ("end", {"reason": "not_found"})

    run(test)


def test_a_silent_stream_sends_comments(run: Callable[[Test], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "HEARTBEAT", 0.01)

    async def test(site: Site) -> None:
        client = site.client()
        await client.until(lambda seen: seen.comments > 2)
        await client.close()

    run(test)


def test_there_is_a_limit_of_streams(run: Callable[[Test], None], settings: Settings) -> None:
    settings.AGENTEX_OPEN_SOCKETS = 1

    async def test(site: Site) -> None:
        client, other = site.client(), site.client()
        await client.read()
        while await other.read():
            pass
        assert other.seen == [("end", {"reason": "too_many_streams"})]
        await client.close()

    run(test)


def test_an_idle_task_ends_at_once(run: Callable[[Test], None]) -> None:
    async def test(site: Site) -> None:
        await Turn.objects.filter(pk=site.turn.pk).aupdate(status="done")
        client = site.client(until_idle=True)
        while await client.read():
            pass
        assert client.names() == ["task", "turn", "message", "end"]

    run(test)
