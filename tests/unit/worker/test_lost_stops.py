"""A Stop that Temporal did not get is sent again, and what that costs is bounded. What a server, a file or the
database answers keeps no turn open and no worker from starting."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.api.history.v1 import History, HistoryEvent, WorkflowExecutionSignaledEventAttributes
from temporalio.api.workflowservice.v1 import (
    GetWorkflowExecutionHistoryReverseRequest,
    GetWorkflowExecutionHistoryReverseResponse,
)
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.encryption.codec import CannotDecrypt
from agentex_web.tasks.models import Turn
from agentex_web.turns.payloads import SignalName, StopParams
from agentex_web.worker import lost_turns, outbox, runs
from agentex_web.worker.hung_runs import HungRun
from agentex_web.worker.runs import Run, Standing

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
WORKS = Run(Standing.WORKS, STARTED, id="run")


def signaled(*payloads: Payload) -> HistoryEvent:
    return HistoryEvent(
        workflow_execution_signaled_event_attributes=WorkflowExecutionSignaledEventAttributes(
            signal_name=SignalName.STOP, input=Payloads(payloads=payloads)
        )
    )


async def stop_of(turn_id: uuid.UUID, *, undo: bool = False) -> HistoryEvent:
    return signaled(*await DataConverter.default.encode([StopParams(str(turn_id), undo=undo)]))


def stopped(task_id: uuid.UUID | None = None, *, undo: bool = False) -> Turn:
    return Turn(
        pk=uuid.uuid4(),
        task_id=task_id or uuid.uuid4(),
        status=Turn.Status.RUNNING,
        stop_requested=True,
        undo_requested=undo,
        created_at=STARTED,
        started_at=STARTED,
    )


class Server:
    """In place of Temporal: one history for all workflows, in pages, newest first."""

    def __init__(self, events: Sequence[HistoryEvent] = ()) -> None:
        self.events = list(events)
        self.pages = 0
        self.is_away = False
        self.data_converter, self.namespace = DataConverter.default, "default"
        self.workflow_service = SimpleNamespace(get_workflow_execution_history_reverse=self._reverse)

    async def _reverse(self, asked: GetWorkflowExecutionHistoryReverseRequest, **_: Any) -> Any:
        if self.is_away:
            raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
        self.pages += 1
        newest = self.events[::-1]
        start = int(asked.next_page_token or b"0")
        end = start + asked.maximum_page_size
        return GetWorkflowExecutionHistoryReverseResponse(
            history=History(events=newest[start:end]),
            next_page_token=str(end).encode() if end < len(newest) else b"",
        )


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[uuid.UUID, bool]]:
    """The Stops that are sent again. A wait for them takes no time."""
    found: list[tuple[uuid.UUID, bool]] = []

    async def works(*_: Any, **__: Any) -> Run:
        return WORKS

    async def signal(turn: Turn, _name: SignalName, *, undo: bool) -> bool:
        found.append((turn.pk, undo))
        return True

    monkeypatch.setattr(lost_turns, "latest_run", works)
    monkeypatch.setattr(lost_turns, "signal_turn", signal)
    return found


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each wait of a sweep."""
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(outbox, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    return found


def sweep(monkeypatch: pytest.MonkeyPatch, server: Any, groups: list[list[Turn]]) -> None:
    monkeypatch.setattr(outbox, "open_turns", lambda: groups)
    asyncio.run(outbox.end_lost_turns(server))


def test_100_of_them_wait_together_after_all_tasks_were_looked_at(
    monkeypatch: pytest.MonkeyPatch, sent: list[tuple[uuid.UUID, bool]], waits: list[float]
) -> None:
    task = uuid.uuid4()
    groups = [[stopped() for _ in range(1)] for _ in range(90)] + [[stopped(task) for _ in range(10)]]
    sweep(monkeypatch, Server(), groups)
    assert len(sent) == 100
    assert waits == [lost_turns.STOP_ARRIVES_AFTER.total_seconds()]


def test_one_that_arrives_meanwhile_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, sent: list[tuple[uuid.UUID, bool]]
) -> None:
    server, late, lost = Server(), stopped(), stopped(undo=True)

    async def sleep(_seconds: float) -> None:
        server.events.append(await stop_of(late.pk))

    monkeypatch.setattr(outbox, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    sweep(monkeypatch, server, [[late], [lost]])
    assert sent == [(lost.pk, True)]


def test_a_sweep_in_which_another_task_fails_sends_them_too(
    monkeypatch: pytest.MonkeyPatch, sent: list[tuple[uuid.UUID, bool]], waits: list[float]
) -> None:
    broken, turn = stopped(), stopped()

    async def latest(_client: Any, workflow_id: str, **_: Any) -> Run:
        if workflow_id == f"task-{broken.task_id}":
            raise RPCError("this one", RPCStatusCode.INTERNAL, b"")
        return WORKS

    monkeypatch.setattr(lost_turns, "latest_run", latest)
    with pytest.raises(RPCError, match="this one"):
        sweep(monkeypatch, Server(), [[broken], [turn]])
    assert sent == [(turn.pk, False)]


def test_while_temporal_is_away_nothing_waits(
    monkeypatch: pytest.MonkeyPatch, sent: list[tuple[uuid.UUID, bool]], waits: list[float]
) -> None:
    server = Server()
    server.is_away = True
    with pytest.raises(RPCError):
        sweep(monkeypatch, server, [[stopped()]])
    assert sent == [] and waits == []


async def test_a_stop_that_undoes_is_more_than_a_plain_one() -> None:
    turn = stopped()
    plain: Any = Server([await stop_of(turn.pk)])
    undoes: Any = Server([await stop_of(turn.pk), await stop_of(turn.pk, undo=True)])
    assert not await runs.was_told_to_stop(plain, "task", WORKS, turn.pk, undo=True)
    assert await runs.was_told_to_stop(undoes, "task", WORKS, turn.pk, undo=True)
    assert await runs.was_told_to_stop(undoes, "task", WORKS, turn.pk, undo=False)


async def test_a_stop_in_a_history_of_50_000_events_is_found_in_one_page() -> None:
    turn = stopped()
    server: Any = Server([*[HistoryEvent()] * 50_000, await stop_of(turn.pk), *[HistoryEvent()] * 20])
    assert await runs.was_told_to_stop(server, "task", WORKS, turn.pk, undo=False)
    assert server.pages == 1
    assert not await runs.was_told_to_stop(server, "task", WORKS, uuid.uuid4(), undo=False)
    assert server.pages < 1 + 50_000 / 200


async def test_signals_of_others_that_cannot_be_read_are_passed_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turn = stopped()
    odd = [
        signaled(),
        signaled(Payload(metadata={"encoding": b"json/plain"}, data=b"{")),
        signaled(Payload(metadata={"encoding": b"json/plain"}, data=b"[1]")),
        signaled(Payload(metadata={"encoding": b"binary/foreign"}, data=b"\xff")),
        signaled(Payload(metadata={"encoding": b"binary/null"})),
    ]
    server: Any = Server([await stop_of(turn.pk), *odd])
    assert await runs.was_told_to_stop(server, "task", WORKS, turn.pk, undo=False)
    assert "could not be read" in caplog.text


class WithoutKey:
    """In place of a data converter that lacks the key with which the payloads are encrypted."""

    async def decode(self, *_: Any) -> Any:
        raise CannotDecrypt("AGENTEX_PAYLOAD_KEYS has no key with the id 'new'.")

    decode_failure = decode


async def test_a_stop_that_this_worker_cannot_decrypt_may_be_the_one_that_is_looked_for() -> None:
    turn = stopped()
    server: Any = Server([await stop_of(turn.pk)])
    server.data_converter = WithoutKey()
    with pytest.raises(CannotDecrypt):
        await runs.was_told_to_stop(server, "task", WORKS, turn.pk, undo=False)


async def test_a_run_whose_failure_cannot_be_decrypted_has_ended_all_the_same() -> None:
    server: Any = Server()
    server.data_converter = WithoutKey()
    info = ApplicationFailureInfo(type="KeyError")
    found = await runs._reason(server, Failure(message="'name'", application_failure_info=info))
    assert found == ("The agent's code failed: KeyError: 'name'", True)


async def test_a_history_without_events_says_nothing() -> None:
    server: Any = Server()
    last = await runs._last_event(server, "task", "run")
    assert await runs._why_stuck(server, last, attempts=3) == ""
    assert (await runs._ended(server, last, STARTED)).reason == runs.LOST


@pytest.mark.parametrize("error", [ValueError("bad row"), OSError("no database")])
async def test_a_hung_run_whose_turn_cannot_be_recorded_keeps_no_worker_from_starting(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: Any) -> Any:
        raise error

    async def ends(*_: Any) -> None:
        pass

    monkeypatch.setattr(lost_turns, "in_database", fails)
    monkeypatch.setattr(lost_turns, "_terminate", ends)
    server: Any = Server()
    await lost_turns.end_hung_run(server, HungRun(f"task-{uuid.uuid4()}", ""))
    assert "its turn could not be ended" in caplog.text
    caplog.clear()
    await lost_turns.end_hung_run(server, HungRun("task-not-ours", ""))
    assert "could not" not in caplog.text
