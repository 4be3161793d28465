"""The stream reader of a web process loses nothing and survives all faults. Uses only a Redis server."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from pytest_django import Settings
from redis.asyncio import Redis

from agentex_web import background
from agentex_web.streams import reader
from agentex_web.streams.encoding import encode
from agentex_web.streams.entries import readable
from agentex_web.streams.events import MessageDelta, MessageStarted
from agentex_web.streams.keys import FIELD, IN_QUERY
from agentex_web.streams.publisher import publish
from agentex_web.streams.reader import Resync, StreamReader, Subscription
from tests.support.redis_alone import redis_alone
from tests.support.waiting import PATIENCE


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_alone(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def run(address: str, settings: Settings) -> Callable[[Callable[[Redis], Coroutine[Any, Any, None]]], None]:
    settings.REDIS_URL = address

    def runner(test: Callable[[Redis], Coroutine[Any, Any, None]]) -> None:
        async def main() -> None:
            async with Redis.from_url(address) as redis:
                await redis.flushall()
                await asyncio.wait_for(test(redis), PATIENCE)

        asyncio.run(main())

    return runner


async def add(redis: Redis, task: str, offset: int) -> str:
    entry = await redis.xadd(f"stream:{task}", {FIELD: encode(MessageDelta("m", offset, "x"))})
    return entry.decode()


async def offsets(subscription: Subscription, count: int) -> list[int | str]:
    """The offsets of the next entries, with "resync" for a resync."""
    found: list[int | str] = []
    while len(found) < count:
        item = await subscription.queue.get()
        found.append("resync" if isinstance(item, Resync) else item.event.offset)
    return found


def test_a_message_begins_with_its_first_words(run: Callable[..., None]) -> None:
    async def test(redis: Redis) -> None:
        read = asyncio.ensure_future(redis.xread({"stream:t": "0-0"}, block=int(PATIENCE * 1_000)))
        while not (await redis.info("clients"))["blocked_clients"]:  # noqa: ASYNC110  (it is another process)
            await asyncio.sleep(0)
        begun = [MessageStarted("m", "t", "000000"), MessageDelta("m", 0, "x")]
        assert await publish("t", begun)
        [[_, entries]] = await read
        assert len(entries) == len(begun)

    run(test)


def test_no_cursor_of_a_page_stops_the_streams_of_others(run: Callable[..., None]) -> None:
    """A list's socket asks for any moment that it names."""

    async def test(redis: Redis) -> None:
        streams = StreamReader()
        largest = next(
            f"{'9' * digits}-{'9' * digits}"
            for digits in range(40, 0, -1)
            if IN_QUERY.search(f"cursor={'9' * digits}-{'9' * digits}")
        )
        async with (
            streams.subscribe("odd", largest, is_moment=True),
            streams.subscribe("good", "0-0") as good,
        ):
            await add(redis, "good", 0)
            assert await offsets(good, 1) == [0]

    run(test)


def test_an_entry_that_cannot_be_read_costs_no_other_chat(run: Callable[..., None]) -> None:
    async def test(redis: Redis) -> None:
        streams = StreamReader()
        async with streams.subscribe("good", "0-0") as good, streams.subscribe("bad", "0-0") as bad:
            await add(redis, "good", 0)
            assert await offsets(good, 1) == [0]
            for value in (b'{"t":"delta","id":"m","offset":0,"text":"x"}', b"{", b"[]", b'{"t":"new"}'):
                await redis.xadd("stream:bad", {FIELD: value})
            await redis.xadd("stream:bad", {"another": "field"})
            await add(redis, "bad", 1)
            await add(redis, "good", 1)
            assert await offsets(bad, 1) == [1]
            assert await offsets(good, 1) == [1]

    run(test)


def test_a_reader_that_fails_starts_again_and_every_page_reads_anew(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "FIRST_PAUSE", 0.01)
    real, failures = reader.next_entries, []

    async def failing(*args: Any, **options: Any) -> Any:
        found = await real(*args, **options)
        if not failures and any(key.startswith("stream:") for key in found):
            failures.append(True)
            raise LookupError("a fault of ours")
        return found

    monkeypatch.setattr(reader, "next_entries", failing)

    async def test(redis: Redis) -> None:
        streams = StreamReader()
        async with streams.subscribe("one", "0-0") as one, streams.subscribe("two", "0-0") as two:
            await add(redis, "one", 0)
            assert await offsets(one, 2) == ["resync", 0]
            await add(redis, "two", 0)
            assert await offsets(two, 2) == ["resync", 0]

    run(test)
    assert any("The stream reader failed" in record.getMessage() for record in caplog.records)


def test_a_read_under_way_does_not_skip_what_a_new_page_has_not_seen(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tab reloads while its old socket's XREAD waits. The response of that read is not for the new socket."""

    async def test(redis: Redis) -> None:
        ids = [await add(redis, "race", number) for number in range(5)]
        streams = StreamReader()
        taken = asyncio.Event()
        take = StreamReader._take

        def watched(*args: Any) -> None:
            take(*args)
            taken.set()

        monkeypatch.setattr(StreamReader, "_take", watched)
        async with streams.subscribe("race", ids[3]) as old:
            assert await offsets(old, 1) == [4]
            await blocked(redis)
        real = reader.redis_client

        class Slow:
            """One token arrives between the page's subscription and the reader's wake-up."""

            def __getattr__(self, name: str) -> Any:
                return getattr(real(), name)

            async def xadd(self, key: str, *args: Any, **options: Any) -> Any:
                taken.clear()
                await add(redis, "race", 5)
                await taken.wait()
                return await real().xadd(key, *args, **options)

        monkeypatch.setattr(reader, "redis_client", Slow)
        async with streams.subscribe("race", ids[0]) as new:
            assert await offsets(new, 5) == [1, 2, 3, 4, 5]

    run(test)


def test_a_socket_gets_each_entry_once_whatever_the_others_have(run: Callable[..., None]) -> None:
    async def test(redis: Redis) -> None:
        ids = [await add(redis, "many", number) for number in range(4)]
        streams = StreamReader()
        async with (
            streams.subscribe("many", ids[1]) as middle,
            streams.subscribe("many", "0-0") as early,
            streams.subscribe("many", ids[3]) as late,
        ):
            await add(redis, "many", 4)
            assert await offsets(early, 5) == [0, 1, 2, 3, 4]
            assert await offsets(middle, 3) == [2, 3, 4]
            assert await offsets(late, 1) == [4]
            await add(redis, "many", 5)
            for each in (early, middle, late):
                assert await offsets(each, 1) == [5]

    run(test)


async def blocked(redis: Redis) -> None:
    """Waits until a client blocks in an XREAD."""
    while not any(  # noqa: ASYNC110  (only Redis knows)
        "xread" in client["cmd"] and "b" in client["flags"] for client in await redis.client_list()
    ):
        await asyncio.sleep(0.01)


def test_an_entry_that_only_wakes_the_reader_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    assert readable([(b"1-0", {b"w": b""}), (b"2-0", None)]) == []
    assert not caplog.records
