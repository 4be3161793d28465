"""100 tabs that show one chat, on real sockets: how far apart they get each piece of an answer, and what they cost.

The client that reads them all has a part in the first. So a server that only broadcasts the same messages at the
same times, from a process of its own, is measured beside the dashboard.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack

from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect

from agentex_web.tasks.models import Task
from tests.bench.chats import begin_chats, cursor_of
from tests.bench.dashboard import UNLIMITED, Dashboard
from tests.bench.figures import Figure, percentile
from tests.bench.peers.broadcast import broadcasting
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, new_person

TABS = 100
TOKENS = 500
TOKENS_PER_SECOND = 50
Heard = list[tuple[float, str | bytes]]
"""When a socket got each message, in seconds of ``time.monotonic()``, and the message."""


def measure(runs: int) -> Iterator[Figure]:
    spread: list[float] = []
    least: list[float] = []
    costs: dict[str, list[float]] = {"all parts": [], "web": []}
    with (
        ModelServer(TOKENS_PER_SECOND) as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url, **UNLIMITED) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text("", chunks=["word "] * TOKENS), match="question", times=None)
        model.script(text("Hello."), match="warm-up", times=None)
        [task] = begin_chats(person, 1, "warm-up")
        for _ in range(runs):
            spent = {}
            for tabs in (1, TABS):
                before = dashboard.processor_seconds()
                heard = asyncio.run(_watched(person, task, tabs))
                used = {
                    part: seconds - before[part] for part, seconds in dashboard.processor_seconds().items()
                }
                spent[tabs] = {"all parts": sum(used.values()), "web": used["web"]}
            spread += _spread(heard)
            least += _spread(_broadcast(heard[0]))
            for which, found in costs.items():
                more = (spent[TABS][which] - spent[1][which]) / (TABS - 1)
                found.append(100 * more / spent[1][which])
    how = (
        f"{TABS} sockets of one chat, an answer of {TOKENS} tokens at {TOKENS_PER_SECOND} a second: for each piece of "
        "it, from the first page that shows it to the last. One client reads all of them, which is part of it."
    )
    yield from _apart(f"{TABS} tabs", spread, how)
    yield from _apart("a server that only broadcasts", least, "The same messages at the same times.")
    how = (
        "Processor time of an answer for each tab after the first, as a share of what it takes with one tab."
    )
    for which, found in costs.items():
        yield Figure(f"a tab that watches: processor time, {which}", "%", found, how)
        how = ""


def _apart(which: str, spread: Sequence[float], how: str) -> Iterator[Figure]:
    yield Figure(f"{which}: apart, median", "ms", [percentile(spread, 0.5)], how)
    yield Figure(f"{which}: apart, p99", "ms", [percentile(spread, 0.99)])
    yield Figure(f"{which}: apart, at most", "ms", [max(spread)])


def _broadcast(heard: Heard) -> list[Heard]:
    """What as many sockets get of a server that sends these messages to all of them at the times given."""

    async def listened(address: str) -> list[Heard]:
        async with AsyncExitStack() as stack:
            sockets = [
                await stack.enter_async_context(connect(address, compression=None, max_queue=None))
                for _ in range(TABS)
            ]
            return await asyncio.gather(*map(_read, sockets))

    with broadcasting(heard, TABS) as address:
        return asyncio.run(listened(address))


async def _watched(person: Person, task: Task, tabs: int) -> list[Heard]:
    """Asks a question while this many sockets are open; returns what each got until the turn was done."""
    async with AsyncExitStack() as stack:
        address, headers = person.handshake(task, cursor_of(task))
        sockets = [
            await stack.enter_async_context(
                connect(
                    address,
                    additional_headers=headers,
                    compression=None,
                    open_timeout=60,
                    max_queue=None,
                )
            )
            for _ in range(tabs)
        ]
        reading = [asyncio.create_task(_read(socket)) for socket in sockets]
        # The sockets' first queries are no part of the answer.
        await asyncio.sleep(1)
        data = {"id": str(uuid.uuid4()), "content": "question"}
        response = await asyncio.to_thread(person.http.post, f"/tasks/{task.pk}/messages/", data=data)
        response.raise_for_status()
        return await asyncio.gather(*reading)


async def _read(socket: ClientConnection) -> Heard:
    heard: Heard = []
    async for message in socket:
        heard.append((time.monotonic(), message))
        # Parsing all frames here would be most of the client's work.
        if b'"status"' in (message.encode() if isinstance(message, str) else message):
            frame = json.loads(message)
            if frame["type"] == "turn" and frame["status"] not in ("pending", "queued", "running"):
                break
    return heard


def _spread(heard: list[Heard]) -> list[float]:
    """Milliseconds between the first and the last socket, for each length of the answer that a page showed.

    Pages show text when its HTML comes, and a socket's HTML may hold more text than its own deltas so far.
    """
    shown = [list(_lengths(messages)) for messages in heard]
    most = min(each[-1][1] for each in shown)
    lengths = sorted({length for each in shown for _, length in each if length <= most})
    if len(lengths) < TOKENS / 10:
        raise RuntimeError(f"The tabs showed only {len(lengths)} states of the answer.")
    times = [_first_times(each, lengths) for each in shown]
    return [1000 * (max(each) - min(each)) for each in zip(*times, strict=True)]


def _lengths(messages: Heard) -> Iterator[tuple[float, int]]:
    """When the answer, one paragraph, got longer in a page, and to which length of HTML."""
    longest = 0
    for at, message in messages:
        frame = json.loads(message)
        if frame["type"] == "delta" and "html" in frame:
            length = frame["keep"] + len(frame["html"])
            if length > longest:
                longest = length
                yield at, length


def _first_times(shown: list[tuple[float, int]], lengths: list[int]) -> list[float]:
    """When a page showed at least each of these lengths."""
    found = iter(shown)
    at, length = next(found)
    times = []
    for wanted in lengths:
        while length < wanted:
            at, length = next(found)
        times.append(at)
    return times
