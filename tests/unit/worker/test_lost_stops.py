"""A Stop that Temporal did not get is sent again. What a server, a file or the database answers keeps no turn
open and no worker from starting."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.api.history.v1 import History, HistoryEvent, WorkflowExecutionSignaledEventAttributes
from temporalio.api.workflow.v1 import PendingWorkflowTaskInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseResponse,
    SignalWorkflowExecutionRequest,
)
from temporalio.client import WorkflowExecutionStatus
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery import stopping
from agentex_web.delivery.stopping import deliver_stops
from agentex_web.encryption.codec import CannotDecrypt
from agentex_web.journal import stops, turns
from agentex_web.journal.sent import follow_up
from agentex_web.journal.stops import Stop
from agentex_web.tasks.models import Turn
from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import Event, SendEventParams
from agentex_web.turns.payloads import SignalName, StopParams
from agentex_web.turns.task_payloads import TaskRef
from agentex_web.worker import lost_turns, workflow_runs
from agentex_web.worker.hung_runs import HungRun
from agentex_web.worker.workflow_runs import Run, Standing
from tests.support.own_chats import a_chat, somebody

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
WORKS = Run(Standing.WORKS, STARTED, id="run")


class Server:
    """In place of Temporal: one history for all workflows, which ignores signals that it knows by their id."""

    def __init__(self, events: Sequence[HistoryEvent] = ()) -> None:
        self.events = list(events)
        self.is_away = False
        self.requests: list[SignalWorkflowExecutionRequest] = []
        self.data_converter, self.namespace, self.identity = DataConverter.default, "default", "test"
        self.workflow_service = SimpleNamespace(
            get_workflow_execution_history_reverse=self._reverse, signal_workflow_execution=self._signal
        )

    def get_workflow_handle(self, _workflow_id: str, run_id: str = "") -> Any:
        async def events(**_: Any) -> Any:
            for event in self.events:
                yield event

        return SimpleNamespace(fetch_history_events=events)

    async def _reverse(self, _asked: Any, **_: Any) -> Any:
        return GetWorkflowExecutionHistoryReverseResponse(history=History(events=self.events[-1:]))

    async def _signal(self, request: SignalWorkflowExecutionRequest, **_: Any) -> None:
        if self.is_away:
            raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
        if request.request_id not in {each.request_id for each in self.requests}:
            self.requests.append(request)

    async def stops(self) -> list[tuple[str, bool, bool]]:
        """The signals STOP that came: the turn, whether it undoes, and whether it was sent again."""
        found = []
        for request in self.requests:
            [stop] = await self.data_converter.decode(request.input.payloads, [StopParams])
            found.append((stop.turn, stop.undo, stop.again))
        return found


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    found = Server()

    async def client() -> Any:
        return found

    async def latest(*_: Any, **__: Any) -> Run:
        return WORKS

    async def report(*_: Any, **__: Any) -> None:
        pass

    monkeypatch.setattr(stopping, "temporal_client", client)
    monkeypatch.setattr(stopping, "announce_stop", report)
    monkeypatch.setattr(lost_turns, "latest_run", latest)
    return found


def stopped(*, undo: bool = False) -> Turn:
    return Turn(
        pk=uuid.uuid4(),
        task_id=uuid.uuid4(),
        status=Turn.Status.RUNNING,
        stop_requested=True,
        undo_requested=undo,
        created_at=STARTED,
        started_at=STARTED,
    )


async def test_a_stop_that_is_sent_again_and_again_arrives_once(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, undone, waited = stopped(), stopped(undo=True), stopped()
    waiting = {turn.pk: [waited], undone.pk: []}

    async def in_database(_find: Any, of: Turn) -> list[Turn]:
        return waiting[of.pk]

    monkeypatch.setattr(lost_turns, "in_database", in_database)
    for _ in range(3):  # As two workers do, in each of their sweeps.
        await lost_turns.end_if_lost(server, [turn])
        await lost_turns.end_if_lost(server, [undone])
    # What waited comes first, so that it is not begun when the running one ends.
    assert await server.stops() == [
        (str(waited.pk), False, True),
        (str(turn.pk), False, True),
        (str(undone.pk), True, True),
    ]


async def test_a_stop_on_its_way_is_the_same_as_one_that_is_sent_again(server: Any) -> None:
    turn = stopped()
    await lost_turns.signal_stop(turn, again=True)
    await deliver_stops([Stop(turn)])
    assert len(server.requests) == 1
    await deliver_stops([Stop(turn, is_first=False)])
    await deliver_stops([Stop(turn, is_first=False)])
    assert [again for *_, again in await server.stops()] == [True, False, False]


async def test_while_temporal_is_away_the_next_sweep_tries_again(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_database(*_: Any) -> list[Turn]:
        return []

    monkeypatch.setattr(lost_turns, "in_database", in_database)
    turn, server.is_away = stopped(), True
    with pytest.raises(RPCError):
        await lost_turns.end_if_lost(server, [turn])
    server.is_away = False
    await lost_turns.end_if_lost(server, [turn])
    assert await server.stops() == [(str(turn.pk), False, True)]


@pytest.mark.django_db
def test_what_waited_and_was_stopped_with_the_running_turn_is_found() -> None:
    task = a_chat(somebody())
    (running,) = task.turns.all()
    Turn.objects.filter(pk=running.pk).update(status=Turn.Status.RUNNING)
    waited, withdrawn = (follow_up(task, uuid.uuid4(), "and?").result.turn for _ in range(2))
    stops.withdraw(task.pk, withdrawn.pk)
    assert {each.turn.pk for each in stops.request_stops(task.pk).result} == {running.pk, waited.pk}
    assert [each.pk for each in lost_turns._stopped_while_waiting(running)] == [waited.pk]
    # A workflow that was not told begins it all the same.
    assert not turns.begin(task.pk, waited.pk).result
    assert turns.begin(task.pk, running.pk).result


async def sent(turn_id: uuid.UUID) -> HistoryEvent:
    task = TaskRef(str(uuid.uuid4()), "haiku")
    params = SendEventParams(task, Event(str(turn_id), TextContent("user", "hello")))
    return signaled(*await DataConverter.default.encode([params]))


def signaled(*payloads: Payload) -> HistoryEvent:
    return HistoryEvent(
        workflow_execution_signaled_event_attributes=WorkflowExecutionSignaledEventAttributes(
            signal_name=SignalName.RECEIVE_EVENT, input=Payloads(payloads=payloads)
        )
    )


async def test_signals_of_others_that_cannot_be_read_are_passed_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turn_id = uuid.uuid4()
    odd = [
        signaled(),
        signaled(Payload(metadata={"encoding": b"json/plain"}, data=b"{")),
        signaled(Payload(metadata={"encoding": b"json/plain"}, data=b"[1]")),
        signaled(Payload(metadata={"encoding": b"binary/foreign"}, data=b"\xff")),
        signaled(Payload(metadata={"encoding": b"binary/null"})),
    ]
    server: Any = Server([HistoryEvent(), *odd, await sent(turn_id)])
    assert await workflow_runs.was_sent(server, "task", WORKS, turn_id)
    assert not await workflow_runs.was_sent(server, "task", WORKS, uuid.uuid4())
    assert "could not be read" in caplog.text


class WithoutKey:
    """In place of a data converter that lacks the key with which the payloads are encrypted."""

    async def decode(self, *_: Any) -> Any:
        raise CannotDecrypt("AGENTEX_PAYLOAD_KEYS has no key with the id 'new'.")

    decode_failure = decode


async def test_a_message_that_this_worker_cannot_decrypt_may_be_the_one_that_is_looked_for() -> None:
    turn_id = uuid.uuid4()
    server: Any = Server([await sent(turn_id)])
    server.data_converter = WithoutKey()
    with pytest.raises(CannotDecrypt):
        await workflow_runs.was_sent(server, "task", WORKS, turn_id)


async def test_a_run_whose_failure_cannot_be_decrypted_has_ended_all_the_same() -> None:
    server: Any = Server()
    server.data_converter = WithoutKey()
    info = ApplicationFailureInfo(type="KeyError")
    found = await workflow_runs._reason(server, Failure(message="'name'", application_failure_info=info))
    assert found == ("The agent's code failed: KeyError: 'name'", True)


@pytest.mark.parametrize(
    "goes_on, standing",
    [(True, Standing.WORKS), (False, Standing.STUCK)],
    ids=["after a pause", "not at all"],
)
async def test_a_run_that_takes_a_late_stop_at_last_is_not_ended(
    goes_on: bool, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = PendingWorkflowTaskInfo(attempt=1)
    waiting.original_scheduled_time.FromDatetime(STARTED)
    tasks = [waiting, PendingWorkflowTaskInfo() if goes_on else waiting, PendingWorkflowTaskInfo()]

    async def describe(**_: Any) -> Any:
        raw = DescribeWorkflowExecutionResponse(pending_workflow_task=tasks.pop(0))
        status = WorkflowExecutionStatus.RUNNING
        return SimpleNamespace(raw_description=raw, status=status, start_time=STARTED, run_id="")

    server: Any = Server()
    monkeypatch.setattr(server, "get_workflow_handle", lambda _: SimpleNamespace(describe=describe))
    monkeypatch.setattr(workflow_runs, "CONFIRMED_AFTER", 0)
    assert (await workflow_runs.latest_run(server, "task", stopping=True)).standing is standing


async def test_a_history_without_events_says_nothing() -> None:
    server: Any = Server()
    last = await workflow_runs._last_event(server, "task", "run")
    assert await workflow_runs._why_stuck(server, last, attempts=3) == ""
    assert (await workflow_runs._ended(server, last, STARTED)).reason == workflow_runs.LOST


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


async def test_a_hung_run_is_ended_before_the_worker_takes_its_task_although_temporal_is_slow(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[str] = []

    async def terminate(**_: Any) -> None:
        attempts.append("")
        if len(attempts) < 3:
            raise RPCError("slow", RPCStatusCode.DEADLINE_EXCEEDED, b"")

    server: Any = Server()
    monkeypatch.setattr(server, "get_workflow_handle", lambda _: SimpleNamespace(terminate=terminate))
    monkeypatch.setattr(lost_turns, "HUNG_PAUSES", (0.0, 0.0, 0.0))
    await lost_turns.end_hung_run(server, HungRun("task-not-ours", ""))
    assert len(attempts) == 3
    assert caplog.text.count("could not be ended") == 2
