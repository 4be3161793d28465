"""Which task and turn an activity works for, carried from the workflow in its headers.

The workflow keeps ``_task_id``, ``_trace_id`` and ``_parent_span_id`` on its instance, as the guide
shows. ``ContextInterceptor`` puts them into the headers of every activity, local activity and child
workflow, and on the other side into a context variable. Each may be absent: no chat depends on it.
"""

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    ExecuteWorkflowInput,
    Interceptor,
    StartActivityInput,
    StartChildWorkflowInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from agentex_web.temporal.model_input import survivable
from agentex_web.temporal.turn_state import TurnState, current_turn, inside_tool

HEADER = "agentex-context"
MODEL_ACTIVITY = "invoke_model_activity"
"""The name that temporalio-openai-agents gives its model calls."""
POSITIONS_PER_ACTIVITY = 1_000
"""Positions that one activity of a turn may use for its messages (tasks/messages.py: CALL_SPAN)."""
HEARTBEAT = timedelta(seconds=10)
"""A worker that is silent this long is taken for dead. For model calls the plugin beats at half of it."""


@dataclass(frozen=True)
class RunContext:
    """What an activity knows of where it is. Ids are strings; empty means unknown."""

    task_id: str = ""
    trace_id: str = ""
    parent_span_id: str = ""
    turn_id: str = ""
    sequence: int = 0
    """The activity's place in its turn, from 1; it orders the messages that the activity writes."""
    holds_tools: bool = False
    """The hooks decide which tool calls are shown, so the model must not show them first."""
    agent_name: str = ""
    """Of a model call: the agent that calls."""
    inside: str = ""
    """The call of the tool that an agent is, where it is that agent who works."""
    tool_call_id: str = ""
    """Of an activity that is a tool: the call that it answers."""
    beats: bool = False
    """The worker beats for the activity, whose author said nothing of it."""


run_context: ContextVar[RunContext | None] = ContextVar("run_context", default=None)
"""In an activity: what its headers say."""

_written: ContextVar[Iterator[int]] = ContextVar("written")
"""In an activity: numbers for the messages that it writes."""

streaming_task_id: ContextVar[str] = ContextVar("streaming_task_id", default="")
"""In an activity: the task to stream to (the guide's name for it)."""


@dataclass(frozen=True)
class Place:
    """Where a message stands that an activity writes, and what its id is made from."""

    sequence: int
    index: int

    @property
    def position(self) -> int:
        return self.sequence * POSITIONS_PER_ACTIVITY + self.index

    @property
    def key(self) -> str:
        return f"{self.sequence}/{self.index}"


def place_in_turn() -> Place:
    """The next place of the running activity. A repeated activity gets the same ones again."""
    return Place(require_context().sequence, next(_written.get()))


def require_context() -> RunContext:
    """The running activity's context.

    Raises:
        RuntimeError: the activity was started by a worker or workflow without ContextInterceptor.
    """
    context = run_context.get()
    if context is None or not context.task_id:
        raise RuntimeError(
            "This activity does not know its task. Set self._task_id in the workflow, and give the "
            "worker interceptors=[ContextInterceptor()]."
        )
    return context


class ContextInterceptor(Interceptor):
    """Carries the context from workflows to activities and child workflows."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _ActivityInbound(next)

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        return _WorkflowInbound


class _WorkflowInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_WorkflowOutbound(outbound))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        # A child workflow speaks for its parent's task.
        if (context := _from_headers(input.headers)) is not None:
            instance = workflow.instance()
            for name in ("task_id", "trace_id", "parent_span_id"):
                if not getattr(instance, f"_{name}", None):
                    setattr(instance, f"_{name}", getattr(context, name))
            if context.turn_id:
                current_turn.set(
                    TurnState(context.turn_id, context.task_id, context.sequence * 1_000, context.holds_tools)
                )
        return await super().execute_workflow(input)


class _WorkflowOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        turn = current_turn.get()
        if turn is not None and turn.stopped:
            # A call that ended well although it was cancelled must not be followed by another.
            raise asyncio.CancelledError
        agent_name, beats = "", False
        is_model = input.activity == MODEL_ACTIVITY
        if input.heartbeat_timeout is None and (is_model or input.task_queue is None):
            # A dead worker is noticed, whatever the activity is and however the plugin was set up. The
            # workers of other queues may know nothing of beating.
            input.heartbeat_timeout, beats = HEARTBEAT, not is_model
        if is_model:
            # A Stop waits for what was said.
            input.cancellation_type = workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
            input.args = survivable(input.args)
            # The plugin names the agent nowhere else. With the turn it tells the call in Temporal's UI.
            agent_name = input.summary or ""
            input.summary = f"{agent_name or 'Agent'}, turn {turn.turn_id}" if turn else input.summary
        tool_call_id = turn.call_of(input.activity, input.args) if turn else ""
        input.headers = _with_context(input.headers, agent_name, tool_call_id, beats)
        handle = super().start_activity(input)
        if input.activity == MODEL_ACTIVITY and turn is not None and not inside_tool.get():
            handle.add_done_callback(partial(_remember, turn, turn.sequence))
        return handle

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = _with_context(input.headers)
        return super().start_local_activity(input)

    async def start_child_workflow(
        self, input: StartChildWorkflowInput
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        input.headers = _with_context(input.headers)
        return await super().start_child_workflow(input)


class _ActivityInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        context = _from_headers(input.headers)
        if context is None:
            return await super().execute_activity(input)
        with _set(context):
            if not context.beats:
                return await super().execute_activity(input)
            beating = asyncio.create_task(_beat(asyncio.iscoroutinefunction(input.fn)))
            try:
                return await super().execute_activity(input)
            finally:
                beating.cancel()


async def _beat(is_async: bool) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT.total_seconds() / 3)
        if is_async:
            activity.heartbeat()
        else:
            # For a plain function it waits for the event loop (temporalio 1.35), which must not wait for it.
            await asyncio.to_thread(activity.heartbeat)


@contextmanager
def _set(context: RunContext) -> Iterator[None]:
    tokens = run_context.set(context), streaming_task_id.set(context.task_id), _written.set(itertools.count())
    try:
        yield
    finally:
        run_context.reset(tokens[0])
        streaming_task_id.reset(tokens[1])
        _written.reset(tokens[2])


def _remember(turn: TurnState, sequence: int, call: asyncio.Future[Any]) -> None:
    """The SDK gives a session what a model said only when the tools that it called are done, too."""
    if not call.cancelled() and call.exception() is None:
        turn.unsaved.extend(call.result().to_input_items())
        turn.whole_calls.append(sequence)


def _with_context(
    headers: Mapping[str, Payload], agent_name: str = "", tool_call_id: str = "", beats: bool = False
) -> Mapping[str, Payload]:
    instance = workflow.instance()
    turn = current_turn.get()
    if turn is not None:
        turn.sequence += 1
    context = RunContext(
        # A workflow may write before it has kept the task's id on itself; the turn knows it.
        task_id=getattr(instance, "_task_id", None) or (turn.task_id if turn else ""),
        trace_id=getattr(instance, "_trace_id", None) or "",
        parent_span_id=getattr(instance, "_parent_span_id", None) or "",
        turn_id=turn.turn_id if turn else "",
        sequence=turn.sequence if turn else 0,
        holds_tools=turn.holds_tools if turn else False,
        agent_name=agent_name,
        inside=inside_tool.get(),
        tool_call_id=tool_call_id,
        beats=beats,
    )
    return {**headers, HEADER: PayloadConverter.default.to_payload(asdict(context))}


def _from_headers(headers: Mapping[str, Payload]) -> RunContext | None:
    payload = headers.get(HEADER)
    if payload is None:
        return None
    values: dict[str, Any] = PayloadConverter.default.from_payload(payload)
    known = {name: value for name, value in values.items() if name in RunContext.__dataclass_fields__}
    return RunContext(**known)
