"""Failures in the code around an activity do not lose the activity's result."""

import asyncio

import pytest
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import TURN_OVER
from agentex_web.streams.stops import stop_here, stoppable
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.record_payloads import TurnRef
from agentex_web.worker import interceptor


async def answer() -> str:
    return "the answer"


async def test_an_answer_is_kept_if_only_the_turn_could_not_be_marked_running(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def begin(_turn: TurnRef) -> bool:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(interceptor, "begin", begin)
    context = ActivityContext("task-1", turn_id="turn-1", path="000001")
    assert await interceptor._marking_running(context, answer()) == "the answer"
    assert "Task task-1: turn turn-1 could not be marked running" in caplog.text


async def test_the_turn_is_marked_while_the_activity_works(monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[str] = []

    async def begin(turn: TurnRef) -> bool:
        marked.append(turn.turn_id)
        return True

    monkeypatch.setattr(interceptor, "begin", begin)
    context = ActivityContext("task", turn_id="turn", path="000001")
    assert await interceptor._marking_running(context, answer()) == "the answer"
    assert marked == ["turn"]

    async def speak() -> list[str]:
        return list(marked)

    marked.clear()
    assert await interceptor._marking_running(context, speak(), waits=True) == ["turn"]


@pytest.mark.parametrize("is_open", [True, False])
async def test_the_call_of_a_turn_that_is_over_ends_at_once(
    is_open: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def begin(_turn: TurnRef) -> bool:
        if is_open:
            done.set()
        return is_open

    async def call() -> str:
        with stoppable("turn", "000001") as found:
            try:
                await done.wait()
            finally:
                reasons.append(found.reason if found.stopped else "")
        return "the answer"

    reasons, done = list[str](), asyncio.Event()
    monkeypatch.setattr(interceptor, "begin", begin)
    context = ActivityContext("task", turn_id="turn", path="000001")
    if is_open:
        assert await interceptor._marking_running(context, call()) == "the answer"
    else:
        with pytest.raises(asyncio.CancelledError):
            await interceptor._marking_running(context, call())
    assert reasons == ["" if is_open else TURN_OVER]


async def test_a_plain_stop_does_not_end_the_calls_that_undo() -> None:
    stop_here("undone", 0)
    for undoes in (True, False):
        context = ActivityContext("task", turn_id="undone", path="000002", undoes=undoes)
        running = interceptor._stoppable(context, _a_moment_later())
        if undoes:
            assert await running == "undone"
        else:
            with pytest.raises(ApplicationError):
                await running


async def _a_moment_later() -> str:
    await asyncio.sleep(0)
    return "undone"
