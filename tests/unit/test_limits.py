"""Rate limits: what is allowed, until when, and without Redis."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from agentex_web.limits import counting, local, people
from agentex_web.limits.cache import LenientRedisCache
from agentex_web.limits.counting import Hit, Limit
from agentex_web.limits.local import LocalCounter
from agentex_web.limits.words import in_words
from tests.support.redis_alone import redis_alone


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A fake clock: a list with the time in seconds."""
    now = [1_000.0]
    monkeypatch.setattr(local.time, "monotonic", lambda: now[0])
    return now


def test_a_window_begins_with_the_first_hit_and_ends(clock: list[float]) -> None:
    counter = LocalCounter()
    assert counter.hit("a", 60) == (1, 60)
    clock[0] += 45
    assert counter.hit("a", 60) == (2, 15)
    assert counter.hit("b", 60) == (1, 60)
    clock[0] += 15
    assert counter.hit("a", 60) == (1, 60)


def test_what_is_taken_back_does_not_count(clock: list[float]) -> None:
    counter = LocalCounter()
    counter.hit("a", 60)
    counter.take_back("a")
    counter.take_back("a")
    counter.take_back("never seen")
    assert counter.hit("a", 60)[0] == 1


def test_it_remembers_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "KEYS", 10)
    counter = LocalCounter()
    for number in range(100):
        counter.hit(str(number), 60)
    assert len(counter._windows) == 10
    assert counter.hit("99", 60)[0] == 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (60, "60 seconds"), (61, "2 minutes"), (3_600, "60 minutes"), (3_601, "2 hours")],
)
def test_until_when_in_words(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


def test_no_key_holds_what_was_typed() -> None:
    assert "ada" not in Limit("login", 5, 60).key("ada@example.org")


class Away:
    """A Redis that refuses and counts all connections."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        raise RedisAway("refused")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    redis = Away()
    monkeypatch.setattr(counting, "redis_client", redis)
    monkeypatch.setattr(counting, "_client", redis)
    monkeypatch.setattr(counting, "_redis", counting._Redis())
    monkeypatch.setattr(counting, "_local", LocalCounter())
    return redis


def test_without_redis_a_process_counts_alone_and_asks_seldom(away: Away) -> None:
    limit = Limit("login", 2, 60)
    assert [counting.hit_now(limit, "ada").exceeds(limit) for _ in range(3)] == [False, False, True]
    counting.take_back(limit, "ada")
    assert away.asked == 1


def test_a_window_always_ends(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that began as the last one ended, between two commands."""
    monkeypatch.setattr(counting, "_redis", counting._Redis())
    limit = Limit("login", 2, 60)
    with redis_alone(tmp_path) as settings.REDIS_URL, Redis.from_url(settings.REDIS_URL) as redis:
        assert counting.hit_now(limit, "ada") == Hit(1, 60)
        redis.persist(limit.key("ada"))
        assert asyncio.run(counting.hit(limit, "ada")) == Hit(2, 60)
        assert 0 < redis.pttl(limit.key("ada")) <= 60_000
        counting.take_back(limit, "ada")
        assert counting.hit_now(limit, "ada").used == 2


def test_the_limit_says_what_and_until_when(away: Away, settings: Any) -> None:
    settings.AGENTEX_MESSAGES_PER_MINUTE = 2

    async def send(user_id: int) -> str:
        try:
            await people.count_message(user_id)
        except people.TooMany as error:
            assert 0 < error.seconds <= 60
            return str(error)
        return ""

    async def send_three() -> list[str]:
        return [await send(1), await send(1), await send(1), await send(2)]

    first, second, third, other = asyncio.run(send_three())
    assert (first, second, other) == ("", "", "")
    assert third.startswith("You can send 2 messages a minute. Try again in ")


def test_zero_is_no_limit(away: Away, settings: Any) -> None:
    settings.AGENTEX_SEARCHES_PER_MINUTE = 0
    for _ in range(10):
        asyncio.run(people.count_search(1))
    assert away.asked == 0


class TestTheCacheOfAllauth:
    def test_without_redis_it_is_empty_and_every_lock_is_free(self) -> None:
        cache = LenientRedisCache("redis://127.0.0.1:1/0", {})
        assert cache.get("key", "default") == "default"
        cache.set("key", "value")
        assert cache.get("key") is None
        assert cache.add("lock", True) and cache.add("lock", True)
        assert cache.delete("lock") is False

    def test_a_redis_that_hangs_is_not_waited_for(self) -> None:
        cache = LenientRedisCache("redis://127.0.0.1:1/0", {})
        options = cache._cache.get_client().connection_pool.connection_kwargs  # type: ignore[attr-defined]
        assert options["socket_timeout"] == options["socket_connect_timeout"] == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "You can send 1 message a minute. Try again in 60 seconds."),
        ("de", "Du kannst 1 Nachricht in der Minute senden. Versuche es in 60 Sekunden wieder."),
    ],
)
def test_a_limit_of_one_is_told_in_the_singular(
    monkeypatch: pytest.MonkeyPatch, settings: Any, language: str, words: str
) -> None:
    async def second(_limit: Limit, _whose: str) -> Hit:
        return Hit(2, 60)

    monkeypatch.setattr(people, "hit", second)
    settings.AGENTEX_MESSAGES_PER_MINUTE = 1
    with translation.override(language), pytest.raises(people.TooMany, match=words):
        asyncio.run(people.count_message(1))
