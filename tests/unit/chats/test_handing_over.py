"""An accepted message is delivered before it is reported, and reported even if it cannot be delivered."""

import asyncio
import uuid
from typing import Any

import pytest

from agentex_web.chat import delivery
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.tasks.models import Agent, Message, Task, Turn


def accepted() -> Change[Accepted]:
    turn = Turn(pk=uuid.uuid4(), task=Task(agent=Agent(name="haiku")))
    return Change(turn.task.pk, 1, Accepted(turn, Message(pk=turn.pk, turn=turn)))


async def handed_over(monkeypatch: pytest.MonkeyPatch, delivered: asyncio.Event) -> list[str]:
    seen: list[str] = []

    async def deliver(*_: Any) -> None:
        seen.append("delivering")
        await delivered.wait()
        seen.append("delivered")

    async def report(_: Change[Any]) -> None:
        seen.append("reported")
        delivered.set()

    monkeypatch.setattr(delivery, "deliver", deliver)
    monkeypatch.setattr(delivery, "event_of", lambda *_: None)
    monkeypatch.setattr(delivery, "report", report)
    await delivery.hand_over(accepted())
    return seen


def test_the_delivery_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[str]:
        delivered = asyncio.Event()
        delivered.set()
        return await handed_over(monkeypatch, delivered)

    assert asyncio.run(run()) == ["delivering", "delivered", "reported"]


def test_the_report_does_not_wait_for_temporal(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[str]:
        return await handed_over(monkeypatch, asyncio.Event())

    assert asyncio.run(run()) == ["delivering", "reported", "delivered"]
