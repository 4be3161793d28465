"""Connections to Redis that die silently, as behind a firewall that drops them, are noticed."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agentex_web.services import redis_url
from agentex_web.streams import reader, stops
from agentex_web.streams.events import TurnChanged
from agentex_web.streams.keys import START
from agentex_web.streams.publisher import publish
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE


class Firewall:
    """A proxy between a client and Redis. On demand, it silently drops open connections; new ones work.

    Attributes:
        url: address of Redis through the proxy.
    """

    def __init__(self) -> None:
        self._pumps: list[asyncio.Task[None]] = []
        self.connections = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Firewall"]:
        async with await asyncio.start_server(self._pass, "127.0.0.1", 0) as server:
            self.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
            try:
                yield self
            finally:
                self.forget()

    def forget(self) -> None:
        """Drops the open connections without closing them: anything sent from now on is lost."""
        for pump in self._pumps:
            pump.cancel()

    async def _pass(self, inward: asyncio.StreamReader, outward: asyncio.StreamWriter) -> None:
        path = redis_url().removeprefix("unix://")
        from_redis, to_redis = await asyncio.open_unix_connection(path)
        self.connections += 1
        self._pumps += [
            asyncio.create_task(_pump(inward, to_redis)),
            asyncio.create_task(_pump(from_redis, outward)),
        ]


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        target.write(data)
        await target.drain()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens the timeouts."""
    monkeypatch.setattr(reader, "BLOCK_SECONDS", 0.5)
    monkeypatch.setattr(reader, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(stops, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(stops, "RETRY_SECONDS", 0.1)


def test_the_reader_notices_a_connection_that_died_in_silence(
    stack: Stack, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read() -> None:
        task = str(uuid.uuid4())
        async with Firewall().open() as firewall:
            monkeypatch.setattr(reader, "redis_url", lambda: firewall.url)
            streams = reader.StreamReader()
            async with streams.subscribe(task, START) as subscription:
                for status in ("pending", "running"):
                    await publish(task, [TurnChanged(str(uuid.uuid4()), status)])
                    heard = await asyncio.wait_for(subscription.queue.get(), PATIENCE)
                    assert not isinstance(heard, reader.Resync) and heard.event.status == status
                    firewall.forget()

    asyncio.run(read())


def test_a_worker_hears_of_stops_after_its_connection_died_in_silence(
    stack: Stack, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def listen() -> None:
        async with Firewall().open() as firewall:
            monkeypatch.setattr(stops, "redis_url", lambda: firewall.url)
            listening = asyncio.create_task(stops.listen_for_stops())
            for _ in range(2):
                connections = firewall.connections
                await asyncio.wait_for(_stopped(), PATIENCE)
                firewall.forget()
            assert firewall.connections > connections
            listening.cancel()

    asyncio.run(listen())


async def _stopped() -> None:
    """Returns when a stop arrives. Announces it repeatedly, because the listener may not be ready yet."""
    turn = str(uuid.uuid4())
    with stops.stoppable(turn, "000001") as call:
        try:
            while True:
                await stops.announce_stop(turn)
                await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            if not call.stopped:
                raise
            asyncio.current_task().uncancel()
