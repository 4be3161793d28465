"""Many chats at the same time, with plain WebSocket clients in one event loop."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis import Redis
from websockets.asyncio.client import connect

from agentex_web.services import redis_url
from agentex_web.streams.keys import stream_key
from agentex_web.tasks.models import Task, Turn
from tests.support.people import Person, ended, last_turn


@dataclass
class Heard:
    """How one answer arrived.

    Attributes:
        sent: when the message was sent, in seconds of ``time.monotonic()``.
        resyncs: how often the page was told to resync.
        arrivals: the time of each delta, and the number of characters so far.
    """

    sent: float
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    resyncs: int = 0


def cursor_of(task: Task) -> str:
    """The cursor at the end of the task's stream."""
    stream: dict[str, Any] = Redis.from_url(redis_url()).xinfo_stream(stream_key(str(task.pk)))
    return str(stream["last-generated-id"].decode())


def begin_chats(person: Person, count: int, words: str) -> list[Task]:
    """Starts chats with one short turn each, and waits until the turns have ended."""
    tasks = [person.begin("haiku", words) for _ in range(count)]
    for task in tasks:
        turn = ended(last_turn(task))
        if turn.status != Turn.Status.DONE:
            raise RuntimeError(f"Task {task.pk}: its first turn is {turn.status}: {turn.error}")
    return tasks


def say_in_all(
    person: Person,
    tasks: Sequence[Task],
    words: Sequence[str],
    when_open: Callable[[], object] = lambda: None,
) -> list[Heard]:
    """Sends a message to every task at the same time, and listens to each until its turn has ended.

    Args:
        when_open: called when all sockets are open, before the first message is sent.
    """

    async def say_all() -> list[Heard]:
        ready = asyncio.Barrier(len(tasks))
        each = zip(tasks, words, strict=True)
        return await asyncio.gather(*(_say(person, task, said, ready, when_open) for task, said in each))

    return asyncio.run(say_all())


async def _say(
    person: Person, task: Task, words: str, ready: asyncio.Barrier, when_open: Callable[[], object]
) -> Heard:
    address, headers = person.handshake(task, cursor_of(task))
    async with connect(address, additional_headers=headers, open_timeout=60) as socket:
        if await ready.wait() == 0:
            when_open()
        await ready.wait()
        data = {"id": str(uuid.uuid4()), "content": words}
        heard = Heard(time.monotonic())
        posting = asyncio.create_task(
            asyncio.to_thread(person.http.post, f"/tasks/{task.pk}/messages/", data=data)
        )
        async for text in socket:
            frame = json.loads(text)
            if frame["type"] == "delta":
                heard.arrivals.append((time.monotonic(), frame["offset"] + len(frame["text"])))
            elif frame["type"] == "resync":
                heard.resyncs += 1
            elif frame["type"] == "turn" and frame["status"] == "failed":
                raise RuntimeError(f"Task {task.pk}: its turn failed: {frame['html']}")
            elif frame["type"] == "turn" and frame["status"] == "done":
                break
        (await posting).raise_for_status()
    return heard
