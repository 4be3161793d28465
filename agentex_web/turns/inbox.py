"""One turn at a time in each task, whatever kind of workflow it is.

``TurnInterceptor`` stands before every handler of RECEIVE_EVENT: it ignores an event that it has
seen, lets a later one wait, gives the handler its turn, and writes how the turn ended. Handlers are
therefore plain code: what they raise is the turn's failure, and a Stop is a cancellation.
"""

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleSignalInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from agentex_web.compat.mcp_tools import remember_by_workflow
from agentex_web.compat.plain_tools import run_inline
from agentex_web.turns import record
from agentex_web.turns.payloads import (
    FinishTurn,
    SendEventParams,
    SignalName,
    StopParams,
    TurnRef,
)
from agentex_web.turns.reasons import reason_of, was_stopped
from agentex_web.turns.runner import install
from agentex_web.turns.turn_state import TurnState, current_turn


class TurnInterceptor(Interceptor):
    """Gives each workflow its turns; ``AgentexWorker`` adds it by itself, after ``ContextInterceptor``."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        return _Turns


class _Turns(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(outbound)
        self._one_at_a_time = asyncio.Lock()
        self._seen: set[str] = set()
        self._stopped: dict[str, str] = {}
        self._withdrawn: set[str] = set()
        self._running: dict[str, tuple[TurnState, asyncio.Future[None]]] = {}
        self._announcements: set[asyncio.Future[None]] = set()
        self._listening = False
        self._prepared = False

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        self._prepare()
        # A `run` of an author's own may return, or fail, while the last turn is at its end: that comes first.
        try:
            result = await super().execute_workflow(input)
        except (Exception, workflow.ContinueAsNewError):
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise
        await workflow.wait_condition(workflow.all_handlers_finished)
        return result

    async def handle_signal(self, input: HandleSignalInput) -> None:
        if input.signal != SignalName.RECEIVE_EVENT or not isinstance(input.args[0], SendEventParams):
            await super().handle_signal(input)
            return
        # Signals may be handled before the workflow's own run begins.
        self._prepare()
        self._listen()
        params = input.args[0]
        if params.event.id in self._seen:
            return
        self._seen.add(params.event.id)
        if self._one_at_a_time.locked():
            self._announce_queued(params)
        async with self._one_at_a_time:
            if params.event.id not in self._withdrawn:
                await self._serve(params, input)

    def _prepare(self) -> None:
        """What agents need wherever they run, as in a child workflow, which has no turns of its own."""
        if not self._prepared:
            self._prepared = True
            run_inline(asyncio.get_running_loop())
            install()
            remember_by_workflow()

    def _listen(self) -> None:
        if not self._listening:
            self._listening = True
            workflow.set_signal_handler(SignalName.STOP, self._stop)
            workflow.set_signal_handler(SignalName.WITHDRAW, self._withdraw)

    def _stop(self, params: StopParams) -> None:
        self._stopped.setdefault(params.turn, params.reason)
        self._cancel(params.turn)

    def _withdraw(self, params: StopParams) -> None:
        self._withdrawn.add(params.turn)
        # One that comes with its message, or overtakes the row that says that the turn runs.
        self._cancel(params.turn)

    def _cancel(self, turn_id: str) -> None:
        if (running := self._running.get(turn_id)) is not None:
            turn, handling = running
            turn.stopped = True
            handling.cancel()

    def _announce_queued(self, params: SendEventParams) -> None:
        ref = TurnRef(params.task.id, params.event.id)
        announced = asyncio.ensure_future(record.queue_turn(ref))
        self._announcements.add(announced)
        announced.add_done_callback(self._announcements.discard)

    async def _serve(self, params: SendEventParams, input: HandleSignalInput) -> None:
        turn = TurnState(params.event.id, params.task.id)
        status, error = "done", ""
        try:
            if turn.turn_id in self._stopped:
                status = "interrupted"
            else:
                await self._handle(turn, input)
        except BaseException as failure:
            if turn.turn_id in self._withdrawn:
                return  # Its row says so already.
            # The model may hear of a Stop, through Redis, before the workflow does.
            if turn.turn_id in self._stopped or was_stopped(failure):
                error = self._stopped.get(turn.turn_id, "")
                status = "failed" if error else "interrupted"
            elif isinstance(failure, Exception) and not is_cancelled_exception(failure):
                status, error = "failed", reason_of(failure)
                workflow.logger.warning("Turn %s failed: %s", turn.turn_id, error)
            else:
                raise
        items = turn.items if status == "done" else [*turn.items, *turn.unsaved]
        finish = FinishTurn(
            params.task.id,
            turn.turn_id,
            status,
            error,
            items,
            turn.usage,
            turn.whole_calls,
            turn.children,
            turn.untold,
        )
        try:
            turn.items[:] = await record.finish_turn(finish)
        except ActivityError as failure:
            # What it is to be remembered by cannot be written: it ends all the same, and the task goes on.
            reason = f"The turn could not be kept: {failure.cause}"
            workflow.logger.error("Turn %s: %s", turn.turn_id, reason)
            finish = FinishTurn(params.task.id, turn.turn_id, "failed", reason, usage=turn.usage)
            turn.items[:] = await record.finish_turn(finish)

    async def _handle(self, turn: TurnState, input: HandleSignalInput) -> None:
        token = current_turn.set(turn)
        try:
            handling = asyncio.ensure_future(self._next_signal(input))
        finally:
            current_turn.reset(token)
        self._running[turn.turn_id] = (turn, handling)
        beginning = asyncio.ensure_future(_begin(turn))
        try:
            await handling
        finally:
            del self._running[turn.turn_id]
            await beginning

    async def _next_signal(self, input: HandleSignalInput) -> Any:
        return await super().handle_signal(input)


async def _begin(turn: TurnState) -> None:
    """A turn's first activity says that it runs; one that has none when all has run that can says so here."""
    await workflow.wait_condition(lambda: True)
    if not (turn.started or turn.stopped):
        ref = TurnRef(turn.task_id, turn.turn_id)
        await record.begin_turn(ref)
