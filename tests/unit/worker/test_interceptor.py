"""Failures in the code around an activity do not lose the activity's result."""

import pytest

from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.record_payloads import TurnRef
from agentex_web.worker import interceptor


async def answer() -> str:
    return "the answer"


async def test_an_answer_is_kept_if_only_the_turn_could_not_be_marked_running(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def begin_turn(_turn: TurnRef) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(interceptor, "begin_turn", begin_turn)
    context = ActivityContext("task-1", turn_id="turn-1", path="000001")
    assert await interceptor._marking_running(context, answer()) == "the answer"
    assert "Task task-1: turn turn-1 could not be marked running" in caplog.text


async def test_the_turn_is_marked_while_the_activity_works(monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[str] = []

    async def begin_turn(turn: TurnRef) -> None:
        marked.append(turn.turn_id)

    monkeypatch.setattr(interceptor, "begin_turn", begin_turn)
    context = ActivityContext("task", turn_id="turn", path="000001")
    assert await interceptor._marking_running(context, answer()) == "the answer"
    assert marked == ["turn"]
