"""Heartbeats of a worker whose event loop is blocked: they continue for a while and then stop."""

import time
from collections import Counter

import pytest

from agentex_web.worker import heartbeats
from agentex_web.worker.heartbeats import HeartbeatThread
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(heartbeats, "FIRST_SECONDS", 0.01)


async def test_a_blocked_loop_does_not_stop_the_heartbeats() -> None:
    sent: Counter[bytes] = Counter()
    thread = HeartbeatThread()
    async with thread.running(lambda token: sent.update([token])):
        with thread.sending(b"call"):
            # `until` blocks the loop, like an agent's code that computes.
            until(lambda: sent[b"call"] > 3)
        with thread.sending(b"other"):
            until(lambda: sent[b"other"] > 3)
        beats = sent[b"call"]
        with thread.sending(b"third"):
            until(lambda: sent[b"third"] > 3)
        assert sent[b"call"] == beats


async def test_a_loop_that_is_blocked_for_good_is_not_reported_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "BLOCKED_SECONDS", 0.1)
    times: list[float] = []
    thread = HeartbeatThread()
    async with thread.running(lambda _: times.append(time.monotonic())):
        with thread.sending(b"call"):
            until(lambda: times and time.monotonic() - times[-1] > 0.3)


async def test_a_heartbeat_that_cannot_be_sent_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    sent: Counter[bytes] = Counter()

    def send(token: bytes) -> None:
        if token == b"bad":
            raise RuntimeError("no such task")
        sent[token] += 1

    thread = HeartbeatThread()
    async with thread.running(send):
        with thread.sending(b"bad"), thread.sending(b"good"):
            until(lambda: sent[b"good"] > 3)
    assert "no such task" in caplog.text


async def test_an_activity_that_has_just_begun_sends_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "FIRST_SECONDS", 100.0)
    sent: Counter[bytes] = Counter()
    thread = HeartbeatThread()
    async with thread.running(lambda token: sent.update([token])):
        # Temporal started the second one long ago: the worker got it late.
        with thread.sending(b"new"), thread.sending(b"late", age=100.0):
            until(lambda: sent[b"late"] > 3)
    assert not sent[b"new"]
