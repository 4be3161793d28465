"""What one plain turn costs in the database, Redis, Temporal and on the network."""

import asyncio
import json
import time
import uuid
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command

from agentex_web.streams.connection import redis_client
from agentex_web.streams.encoding import encode
from agentex_web.streams.entries import pages_between
from agentex_web.streams.keys import stream_key
from agentex_web.tasks.models import Task
from tests.bench.figures import Figure
from tests.support.costs import activities, commands, history_events, queries
from tests.support.model_server import text
from tests.support.people import Socket, new_person
from tests.support.stack import Stack

TOKENS = 100
TOKENS_PER_SECOND = 50
REST_SECONDS = 0.5
"""Pause after a turn: Temporal records its end a moment after the page is told."""
_OWN_COMMANDS = ("info", "xrange", "hello", "client")
"""Redis commands of the measurement itself."""


def measure(runs: int) -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    stack = Stack(settings.DATA_DIR)
    turns: list[Counter[str]] = []
    try:
        (settings.DATA_DIR / "queries.log").touch()
        stack.start()
        stack.model.script(text("Hello."), match="warm-up", times=None)
        answer = text("", chunks=["word "] * TOKENS)
        stack.model.script(answer, match="question", times=None, tokens_per_second=TOKENS_PER_SECOND)
        with new_person(stack.url) as person:
            task = person.begin("haiku", "warm-up")
            with person.socket(task) as socket:
                socket.until_turn("done")
                before = _so_far(stack, task, socket)
                for number in range(runs):
                    # Not person.send(), which reads the turn and so adds a query that is not the product's.
                    data = {"id": str(uuid.uuid4()), "content": f"question {number}"}
                    person.http.post(f"/tasks/{task.pk}/messages/", data=data).raise_for_status()
                    socket.until_turn("done")
                    after = _so_far(stack, task, socket)
                    turns.append(after - before)
                    before = after
    finally:
        stack.stop()
    yield from _figures(turns)


def _figures(turns: list[Counter[str]]) -> Iterator[Figure]:
    how = f"A turn that is not its chat's first: {TOKENS} tokens at {TOKENS_PER_SECOND} a second, one socket."
    for name in dict.fromkeys(name for turn in turns for name in turn):
        yield Figure(name, "bytes" if "bytes" in name else "", [turn[name] for turn in turns], how)
        how = ""


def _so_far(stack: Stack, task: Task, socket: Socket) -> Counter[str]:
    time.sleep(REST_SECONDS)
    history = history_events(task)
    entries = asyncio.run(_entries(task))
    frames = [json.dumps(frame, ensure_ascii=False).encode() for frame in socket.frames]
    return Counter(
        {
            "database queries": len(queries(stack.data / "queries.log", task)),
            "Temporal: history events": len(history),
            "Temporal: history bytes": sum(event.ByteSize() for event in history),
            **{f"Temporal: {name}": count for name, count in Counter(activities(history)).items()},
            "stream entries": len(entries),
            "stream bytes": sum(map(len, entries)),
            "socket frames": len(frames),
            "socket bytes": sum(map(len, frames)),
            **{
                f"Redis: {name.upper()}": count
                for name, count in commands().items()
                if not name.startswith(_OWN_COMMANDS)
            },
        }
    )


async def _entries(task: Task) -> list[bytes]:
    found = [
        entry
        async for page in pages_between(redis_client(), stream_key(str(task.pk)), "-", "+")
        for entry in page
    ]
    return [encode(entry.event) for entry in found]
