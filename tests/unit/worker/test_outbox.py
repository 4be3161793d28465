"""A turn that Temporal refuses is postponed alone. An unreachable Temporal counts as no turn's attempt."""

import asyncio
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery import repeating
from agentex_web.tasks.models import Turn
from agentex_web.worker import outbox


class Deliveries:
    """A fake of the record and of Temporal, which refuses one turn."""

    def __init__(self, refused: uuid.UUID) -> None:
        self.refused = refused
        self.delivered: list[uuid.UUID] = []
        self.postponed: list[uuid.UUID] = []
        self.is_away = False

    async def client(self) -> Any:
        async def check_health(**_: Any) -> bool:
            if self.is_away:
                raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
            return True

        return SimpleNamespace(service_client=SimpleNamespace(check_health=check_health))

    async def deliver(self, turn_id: uuid.UUID) -> None:
        if turn_id == self.refused:
            raise RPCError("too large", RPCStatusCode.INVALID_ARGUMENT, b"")
        self.delivered.append(turn_id)


@pytest.fixture
def turns() -> list[Turn]:
    return [Turn(pk=uuid.uuid4(), task_id=uuid.uuid4()) for _ in range(4)]


@pytest.fixture
def deliveries(turns: list[Turn], monkeypatch: pytest.MonkeyPatch) -> Deliveries:
    made = Deliveries(turns[0].pk)
    monkeypatch.setattr(outbox, "_due", lambda: turns)
    monkeypatch.setattr(outbox, "due_pauses", list)
    monkeypatch.setattr(outbox, "due_decisions", list)
    monkeypatch.setattr(outbox, "_postpone", lambda turn: made.postponed.append(turn.pk))
    monkeypatch.setattr(outbox, "temporal_client", made.client)
    monkeypatch.setattr(outbox, "deliver_turn", made.deliver)
    return made


def test_the_others_are_delivered(
    turns: list[Turn], deliveries: Deliveries, caplog: pytest.LogCaptureFixture
) -> None:
    assert asyncio.run(outbox.sweep()) == 4
    assert sorted(deliveries.delivered) == sorted(each.pk for each in turns[1:])
    assert str(turns[0].task_id) in caplog.text and "too large" in caplog.text


def test_the_next_time_is_noted_before_anything_is_tried(turns: list[Turn], deliveries: Deliveries) -> None:
    asyncio.run(outbox.sweep())
    assert sorted(deliveries.postponed) == sorted(each.pk for each in turns)


def test_nothing_is_postponed_while_temporal_is_away(deliveries: Deliveries) -> None:
    deliveries.is_away = True
    with pytest.raises(RPCError):
        asyncio.run(outbox.sweep())
    assert deliveries.postponed == []


def test_pauses_grow_up_to_the_longest() -> None:
    pauses = [repeating.pause_after(number) for number in range(8)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (repeating.SHORTEST_PAUSE, repeating.LONGEST_PAUSE)
    assert repeating.pause_after(10_000) == repeating.LONGEST_PAUSE


def test_a_lost_turn_that_cannot_be_ended_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def end(_client: Any, of_task: str) -> None:
        if of_task == "broken":
            raise RPCError("refused", RPCStatusCode.INTERNAL, b"")
        await asyncio.sleep(0.01)
        ended.append(of_task)

    monkeypatch.setattr(outbox, "open_turns", lambda: ["broken", "one", "another"])
    monkeypatch.setattr(outbox, "end_if_lost", end)
    with pytest.raises(RPCError):
        asyncio.run(outbox.end_lost_turns(SimpleNamespace()))
    assert ended == ["one", "another"]
