"""agentex_web/compat/channels_threads.py is needed while Channels closes connections in a thread for each message."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from channels import consumer, db
from channels.db import aclose_old_connections
from channels.generic import websocket
from channels.generic.websocket import AsyncWebsocketConsumer

from agentex_web.compat import channels_threads


def changes_of_thread(monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a socket that opens and closes changes the thread."""
    calls: list[object] = []
    called = SyncToAsync.__call__

    async def counted(self: Any, *args: Any, **named: Any) -> Any:
        calls.append(self)
        return await called(self, *args, **named)

    async def opened_and_closed() -> None:
        messages = asyncio.Queue[dict[str, Any]]()
        messages.put_nowait({"type": "websocket.connect"})
        messages.put_nowait({"type": "websocket.disconnect", "code": 1000})

        async def send(_: Any) -> None: ...

        await AsyncWebsocketConsumer()({"type": "websocket"}, messages.get, send)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    # The thread of `sync_to_async` may have an open connection of an earlier test.
    monkeypatch.setattr(db, "close_old_connections", lambda: None)
    asyncio.run(opened_and_closed())
    return len(calls)


def test_channels_changes_the_thread_for_each_message(monkeypatch: pytest.MonkeyPatch) -> None:
    # An earlier test of this process may have installed ours.
    for module in (consumer, websocket):
        monkeypatch.setattr(module, "aclose_old_connections", aclose_old_connections)
    assert changes_of_thread(monkeypatch) == 3


def test_ours_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (consumer, websocket):
        monkeypatch.setattr(module, "aclose_old_connections", None)
    channels_threads.install()
    assert changes_of_thread(monkeypatch) == 0
