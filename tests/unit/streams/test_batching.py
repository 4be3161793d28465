"""Deltas of model calls are written in batches: first words at once, nothing lost, doubled or reordered."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from agentex_web.streams import batching, stream_writer
from agentex_web.streams.batching import DeltaBatcher
from agentex_web.streams.events import Event, MessageDelta, MessageDone, MessageStarted
from agentex_web.streams.stream_writer import BATCH_SECONDS, LONGEST_SECONDS, until_next_read
from tests.support.waiting import PATIENCE

Batch = list[tuple[str, list[Event]]]


class Redis:
    """Accepts batches, except those of the tasks in ``lost``."""

    def __init__(self) -> None:
        self.writes: list[Batch] = []
        self.lost: set[str] = set()

    async def publish_all(self, batches: Sequence[tuple[str, Sequence[Event]]]) -> list[bool]:
        self.writes.append([(task, list(events)) for task, events in batches if events])
        await asyncio.sleep(0)
        return [task not in self.lost for task, _ in batches]

    def of(self, task: str) -> list[Event]:
        return [event for write in self.writes for to, events in write if to == task for event in events]


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Redis:
    fake = Redis()
    monkeypatch.setattr(stream_writer, "publish_all", fake.publish_all)
    monkeypatch.setattr(batching, "RETRY_SECONDS", 0.001)
    return fake


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  (it is no event of ours)
            await asyncio.sleep(0.001)


def started(message: str = "m") -> MessageStarted:
    return MessageStarted(message, "t", "000000")


async def test_the_first_words_are_written_at_once_with_the_beginning(redis: Redis) -> None:
    async with DeltaBatcher("task", 1) as batcher:
        batcher.add(started())
        batcher.add_text("m", "one ")
        batcher.add_text("m", "two ")
        await asyncio.sleep(0)
        assert redis.writes == [[("task", [started(), MessageDelta("m", 0, "one two ", 1)])]]


async def test_first_words_wait_for_no_other_text(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_writer, "LONGEST_SECONDS", 1_000)
    monkeypatch.setattr(stream_writer, "BATCH_SECONDS", 1_000)
    async with DeltaBatcher("task", 1) as batcher:
        batcher.add(started())
        await until(lambda: redis.writes)
        batcher.add_text("m", "one ")
        for _ in range(3):
            await asyncio.sleep(0)
        assert redis.of("task") == [started(), MessageDelta("m", 0, "one ", 1)]
        batcher.add_text("m", "two ")
        for _ in range(3):
            await asyncio.sleep(0)
        assert len(redis.writes) == 2


async def test_leaving_writes_the_rest_in_order(redis: Redis) -> None:
    async with DeltaBatcher("task", 1) as batcher:
        batcher.add(started())
        for number in range(50):
            batcher.add_text("m", f"{number} ")
            await asyncio.sleep(0.001)
        batcher.add(MessageDone("m", "t"))
    said = redis.of("task")
    assert said[0] == started() and said[-1] == MessageDone("m", "t")
    deltas = [event for event in said if isinstance(event, MessageDelta)]
    assert "".join(each.text for each in deltas) == "".join(f"{number} " for number in range(50))
    assert [each.offset for each in deltas] == [
        sum(len(before.text) for before in deltas[:index]) for index in range(len(deltas))
    ]


async def test_all_calls_are_written_together(redis: Redis) -> None:
    async with DeltaBatcher("one", 1) as one, DeltaBatcher("other", 1) as other:
        for batcher in (one, other):
            batcher.add(started())
            batcher.add_text("m", "first ")
        await until(lambda: redis.writes)
        one.add_text("m", "second ")
        other.add_text("m", "second ")
        await until(lambda: len(redis.writes) == 2)
    assert [[task for task, _ in write] for write in redis.writes[:2]] == [["one", "other"]] * 2


async def test_only_what_was_lost_starts_again(redis: Redis) -> None:
    redis.lost = {"lost"}
    async with DeltaBatcher("lost", 1) as lost, DeltaBatcher("kept", 1) as kept:
        for batcher in (lost, kept):
            batcher.add(started())
            batcher.add_text("m", "one ")
        await until(lambda: redis.writes)
        lost.add_text("m", "two ")
        await until(lambda: len(redis.of("lost")) > 2)
        redis.lost = set()
    assert redis.of("lost")[-2:] == [started(), MessageDelta("m", 0, "one two ", 1)]
    assert redis.of("kept") == [started(), MessageDelta("m", 0, "one ", 1)]


async def test_leaving_tries_once_more(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "RETRY_SECONDS", 1_000)
    redis.lost = {"task"}
    async with DeltaBatcher("task", 1) as batcher:
        batcher.add(started())
        await until(lambda: redis.writes)
    assert redis.of("task") == [started(), started()]


async def test_a_failed_write_ends_nothing(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_: object) -> list[bool]:
        raise ValueError("not expected")

    monkeypatch.setattr(stream_writer, "publish_all", fails)
    async with DeltaBatcher("task", 1) as batcher:
        batcher.add(started())
        await asyncio.sleep(0.005)
        monkeypatch.setattr(stream_writer, "publish_all", redis.publish_all)
        await until(lambda: redis.writes)
    assert redis.of("task")[0] == started()


async def test_the_more_calls_the_longer_the_wait(redis: Redis) -> None:
    batchers = [DeltaBatcher(f"{number}", 1) for number in range(200)]
    pauses = []
    for batcher in batchers:
        await batcher.__aenter__()
        pauses.append(batcher._writer.pause)
    for batcher in batchers:
        await batcher.__aexit__()
    assert pauses[:16] == [BATCH_SECONDS] * 16
    assert pauses == sorted(pauses) and BATCH_SECONDS < pauses[30] < LONGEST_SECONDS == pauses[-1]
    assert not batchers[0]._writer.open


async def test_few_calls_are_read_at_once(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_writer, "BATCH_SECONDS", 1_000)
    monkeypatch.setattr(stream_writer, "LONGEST_SECONDS", 1_000)
    async with DeltaBatcher("task", 1), asyncio.timeout(PATIENCE):
        await until_next_read()


async def test_what_many_calls_read_is_in_the_next_write(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_writer, "FEW_CALLS", 1)
    monkeypatch.setattr(stream_writer, "CALL_SECONDS", 0.05)
    monkeypatch.setattr(stream_writer, "LONGEST_SECONDS", 0.2)
    async with DeltaBatcher("one", 1) as one, DeltaBatcher("other", 1) as other, asyncio.timeout(PATIENCE):
        for batcher in (one, other):
            batcher.add(started())
            batcher.add_text("m", "first ")
        await until(lambda: len(redis.writes) == 1)

        async def read(batcher: DeltaBatcher) -> int:
            await until_next_read()
            batcher.add_text("m", "second ")
            return len(redis.writes)

        stopped = asyncio.ensure_future(until_next_read())
        reading = [asyncio.ensure_future(read(each)) for each in (one, other)]
        await asyncio.sleep(0)
        stopped.cancel()  # A call that ends does not wake or hold the others.
        assert await asyncio.gather(*reading) == [1, 1]
        await until(lambda: len(redis.writes) == 2)
    assert [task for task, _ in redis.writes[1]] == ["one", "other"]


async def test_what_was_read_is_written_before_the_next_read(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_writer, "FEW_CALLS", 1)
    monkeypatch.setattr(stream_writer, "CALL_SECONDS", 0.05)
    monkeypatch.setattr(stream_writer, "LONGEST_SECONDS", 0.1)
    async with DeltaBatcher("one", 1) as one, DeltaBatcher("other", 1), asyncio.timeout(PATIENCE):
        one.add(started())
        for said in ("one ", "two ", "three "):
            one.add_text("m", said)
            await until_next_read()
            assert [event.text for event in redis.of("one") if isinstance(event, MessageDelta)][-1] == said
