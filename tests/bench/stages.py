"""Where the time from Send to the first token goes, from timestamps that each part records anyway.

Temporal's history has the times of its events, the model server records the times of its requests, and the ids of
Redis entries are milliseconds. All use this machine's clock.
"""

import asyncio
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from agentex_web.streams.connection import redis_client
from agentex_web.streams.entries import Entry, order, pages_between
from agentex_web.streams.events import MessageDelta, TurnChanged
from agentex_web.streams.keys import stream_key
from agentex_web.tasks.models import Task
from tests.bench.figures import Figure
from tests.support.costs import history_events
from tests.support.people import Person, Socket

_IN_HISTORY = {
    "signal in Temporal": EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    "workflow task with the worker": EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    "model activity scheduled": EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    "model activity with the worker": EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
}


@dataclass(frozen=True)
class Asked:
    """One message sent over HTTP, with a socket open. Times are Unix time in seconds."""

    task: Task
    turn: str
    sent: float
    answered: float
    heard: float


def ask(person: Person, task: Task, socket: Socket) -> Asked:
    """Sends a message and listens until its turn is done."""
    turn = str(uuid.uuid4())

    def post() -> float:
        data = {"id": turn, "content": f"question {turn}"}
        person.http.post(f"/tasks/{task.pk}/messages/", data=data).raise_for_status()
        return time.time()

    with ThreadPoolExecutor(1) as pool:
        sent = time.time()
        posting = pool.submit(post)
        socket.until(lambda frame: frame["type"] == "delta")
        heard = time.time()
        socket.until_turn("done")
        return Asked(task, turn, sent, posting.result(), heard)


def stages(asked: Sequence[Asked], requests: Sequence[dict[str, Any]]) -> Iterator[Figure]:
    """Yields a figure for each stage of a message's way, in the order of their medians.

    Args:
        asked: messages whose turns have ended.
        requests: the model server's records.
    """
    found: dict[str, list[float]] = {}
    for each in asked:
        history, entries = history_events(each.task), asyncio.run(_entries(each.task))
        marks = _of_history(each, history) | _of_model(each, requests) | _of_stream(each, entries)
        for name, at in (marks | {"POST answered": each.answered}).items():
            found.setdefault(name, []).append(1000 * (at - each.sent))
    how = "Milliseconds after Send, as Temporal's history, the model server, Redis and the client tell it."
    for name in sorted(found, key=lambda name: statistics.median(found[name])):
        yield Figure(f"stage: {name}", "ms", found[name], how)
        how = ""


def _of_history(asked: Asked, history: Sequence[HistoryEvent]) -> dict[str, float]:
    """The times of the first event of each type after this turn's signal."""
    start = next(number for number, event in enumerate(history) if _signals(event, asked.turn))
    marks = {}
    for name, kind in _IN_HISTORY.items():
        event = next(event for event in history[start:] if event.event_type == kind)
        marks[name] = event.event_time.ToNanoseconds() / 1e9
    return marks


def _signals(event: HistoryEvent, turn: str) -> bool:
    payloads = event.workflow_execution_signaled_event_attributes.input.payloads
    return any(turn.encode() in payload.data for payload in payloads)


def _of_model(asked: Asked, requests: Sequence[dict[str, Any]]) -> dict[str, float]:
    record = next(each for each in requests if asked.turn in each["last_user_text"])
    unix = time.time() - time.monotonic()
    return {
        "model asked": unix + record["arrived"],
        "model's first token": unix + record["first_token"],
    }


def _of_stream(asked: Asked, entries: Sequence[Entry]) -> dict[str, float]:
    later = [entry for entry in entries if _at(entry) >= asked.sent - 0.001]
    begun = next(each for each in later if _says(each, asked.turn, "running"))
    delta = next(each for each in later if isinstance(each.event, MessageDelta))
    return {"“running” in Redis": _at(begun), "first delta in Redis": _at(delta)}


def _says(entry: Entry, turn: str, status: str) -> bool:
    event = entry.event
    return isinstance(event, TurnChanged) and (event.turn, event.status) == (turn, status)


def _at(entry: Entry) -> float:
    return order(entry.cursor)[0] / 1000


async def _entries(task: Task) -> list[Entry]:
    return [
        entry
        async for page in pages_between(redis_client(), stream_key(str(task.pk)), "-", "+")
        for entry in page
    ]
