"""OpenAI's interface without services: requests with a key, and a task's stream that a test writes."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient
from openai import OpenAI

from agentex_web.accounts import api_keys
from agentex_web.api.openai import accepting, answering, following
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import Event
from agentex_web.streams.reader import Subscription
from agentex_web.streams.snapshot import Snapshot
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from tests.support.people import Person
from tests.support.waiting import PATIENCE

Json = dict[str, Any]


class Stream:
    """The stream of the only task that is followed."""

    def __init__(self) -> None:
        self.snapshot = Snapshot("1-0")
        self.subscribed = asyncio.Event()
        self._subscriptions: list[Subscription] = []
        self._number = 1

    def add(self, *events: Event) -> None:
        for event in events:
            self._number += 1
            cursor = f"{self._number}-0"
            self.snapshot.apply(event, cursor)
            self.snapshot.cursor = cursor
            for each in self._subscriptions:
                each.push_live(Entry(cursor, event))

    def lose(self, *events: Event) -> None:
        """Events that happen and that nobody is told."""
        for event in events:
            self.snapshot.apply(event, self.snapshot.cursor)

    @asynccontextmanager
    async def subscribe(self, task_id: str, cursor: str) -> AsyncIterator[Subscription]:
        subscription = Subscription(task_id, cursor)
        subscription.release()
        self._subscriptions.append(subscription)
        self.subscribed.set()
        try:
            yield subscription
        finally:
            self._subscriptions.remove(subscription)

    async def read(self, *_: Any) -> Snapshot:
        return copy.deepcopy(self.snapshot)


class OpenSockets:
    """Counts nothing; a test can announce that an account has changed."""

    def __init__(self) -> None:
        self.checks: list[Any] = []

    def opened(self, user_id: int, check: Any, kind: str) -> Any:
        assert user_id and kind == "answer"
        self.checks.append(check)
        return _Opened()


class _Opened:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class Site:
    """One person with a key.

    Attributes:
        delivered: the messages that were given to the delivery.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, person: User) -> None:
        self.person = person
        self.key, self._text = api_keys.create(person)
        self.stream = Stream()
        self.sockets = OpenSockets()
        self.delivered: list[Change[Accepted]] = []

        async def deliver(accepted: Change[Accepted]) -> None:
            self.delivered.append(accepted)

        monkeypatch.setattr(accepting, "begin_hand_over", deliver)
        monkeypatch.setattr(following, "stream_reader", lambda: self.stream)
        monkeypatch.setattr(following, "read_snapshot", self.stream.read)
        monkeypatch.setattr(answering, "open_sockets", lambda: self.sockets)

    @property
    def turn(self) -> Turn:
        """The turn of the latest message."""
        return self.delivered[-1].result.turn

    async def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"authorization": f"Bearer {self._text}", **headers}
        content = body if isinstance(body, str) else json.dumps(body)
        kind = {} if body is None else {"data": content, "content_type": "application/json"}
        return await getattr(AsyncClient(), method)(f"/v1/{path}", headers=given, **kind)

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        return await self.request("post", path, body, **headers)

    async def begun(self, path: str, body: Json, **headers: str) -> asyncio.Task[Any]:
        """Sends a request that waits for its turn, and returns when it waits."""
        sending = asyncio.create_task(self.post(path, body, **headers))
        waiting = asyncio.create_task(self.stream.subscribed.wait())
        await asyncio.wait({sending, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        self.stream.subscribed.clear()
        return sending

    async def row(self, model: Any, **fields: Any) -> Any:
        return await in_database(lambda: model.objects.get(**fields))


def events_of(raw: bytes) -> list[Json]:
    """The events of a stream, without its comments and its end."""
    lines = [line for line in raw.decode().split("\n") if line.startswith("data: {")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


async def content_of(response: Any) -> bytes:
    return b"".join([part async for part in response.streaming_content])


def text_of(events: list[Json]) -> str:
    """The text of a completion or of a response, put together from its deltas."""
    chunks = [each["choices"][0]["delta"].get("content") or "" for each in events if each.get("choices")]
    deltas = [each["delta"] for each in events if each.get("type") == "response.output_text.delta"]
    return "".join(chunks or deltas)


@contextmanager
def client_of(person: Person) -> Iterator[OpenAI]:
    """OpenAI's own client, with a key of the person. It repeats no request by itself."""
    _, key = api_keys.create(person.user)
    with OpenAI(base_url=f"{person.url}/v1", api_key=key, timeout=PATIENCE, max_retries=0) as client:
        yield client
