"""A page is told to resync if entries that it has missed are gone from its stream."""

import asyncio
import uuid

import pytest
from redis.asyncio import Redis

from agentex_web.services import redis_url
from agentex_web.streams.connection import COMMAND_SECONDS, new_client
from agentex_web.streams.entries import has_gap, last_cursor
from agentex_web.streams.keys import START, stream_key
from agentex_web.streams.snapshot import read_snapshot
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def test_a_page_that_slept_while_the_stream_began_anew_reads_everything(stack: Stack, person: Person) -> None:
    for number in ("one", "two", "three"):
        stack.model.script(text(f"Answer {number}."), match=f"asleep {number}")
    task = person.begin("haiku", "asleep one")
    with person.socket(task) as socket:
        cursor = socket.until_turn("done")["cursor"]
    ended(person.send(task, "asleep two"))

    async def lose() -> None:
        async with client() as redis:
            await redis.delete(stream_key(str(task.pk)))

    asyncio.run(lose())
    ended(person.send(task, "asleep three"))
    with person.socket(task, cursor) as socket:
        assert socket.until(lambda frame: True)["type"] == "resync"


def test_a_gap_is_where_entries_are_gone(stack: Stack) -> None:
    async def gaps() -> dict[str, bool]:
        key = f"test:{uuid.uuid4()}"
        found = {}
        async with client() as redis:
            found["an empty stream"] = await has_gap(redis, key, START)
            ids = [(await redis.xadd(key, {"e": number})).decode() for number in range(3)]
            found["a whole stream from its start"] = await has_gap(redis, key, START)
            found["a whole stream from its first entry"] = await has_gap(redis, key, ids[0])
            found["a stream that is behind"] = await has_gap(redis, key, "99999999999999-0")
            await redis.xtrim(key, maxlen=1, approximate=False)
            found["a cut stream from its start"] = await has_gap(redis, key, START)
            found["a cut stream from what was cut"] = await has_gap(redis, key, ids[0])
            found["a cut stream from its end"] = await has_gap(redis, key, await last_cursor(redis, key))
            await redis.delete(key)
            found["a stream that is gone"] = await has_gap(redis, key, ids[2])
            await redis.xadd(key, {"e": 3})
            found["a stream that began anew"] = await has_gap(redis, key, ids[2])
            await redis.delete(key)
        return found

    assert asyncio.run(gaps()) == {
        "an empty stream": False,
        "a whole stream from its start": False,
        "a whole stream from its first entry": False,
        "a stream that is behind": True,
        "a cut stream from its start": True,
        "a cut stream from what was cut": True,
        "a cut stream from its end": False,
        "a stream that is gone": True,
        "a stream that began anew": True,
    }


def client() -> Redis:
    return new_client(redis_url(), timeout=COMMAND_SECONDS)


def test_a_page_that_was_read_without_redis_reads_again(
    stack: Stack, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.model.script(text("Answer one."), match="read without redis")
    task = person.begin("haiku", "read without redis")
    ended(last_turn(task))
    monkeypatch.setattr("agentex_web.streams.connection.redis_url", lambda: "redis://127.0.0.1:1/0")
    cursor = asyncio.run(read_snapshot(str(task.pk), None)).cursor
    monkeypatch.undo()
    with person.socket(task, cursor) as socket:
        # Not old entries, some of which may belong to branches that are no longer shown.
        assert socket.until(lambda frame: True)["type"] == "resync"
