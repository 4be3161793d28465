"""Which task and turn an activity works for, carried from the workflow in its headers.

The workflow keeps ``_task_id``, ``_trace_id`` and ``_parent_span_id`` on its instance, as the guide
shows. ``ContextInterceptor`` puts them into the headers of every activity, local activity and child
workflow, and on the other side into a context variable. Each may be absent: no chat depends on it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from temporalio import workflow
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

from agentex_web.positions import below
from agentex_web.turns.context import RunContext, entered
from agentex_web.turns.model_input import survivable
from agentex_web.turns.options import HEARTBEAT
from agentex_web.turns.tokens import tokens_of
from agentex_web.turns.turn_state import TurnState, current_turn, inside_tool

HEADER = "agentex-context"
MODEL_ACTIVITY = "invoke_model_activity"
"""The name that temporalio-openai-agents gives its model calls."""


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
                    TurnState(
                        context.turn_id,
                        context.task_id,
                        context.path,
                        holds_tools=context.holds_tools,
                    )
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
        path = turn.start() if turn else ""
        input.headers = _with_context(input.headers, path, agent_name, tool_call_id, beats)
        handle = super().start_activity(input)
        if is_model and turn is not None:
            handle.add_done_callback(partial(_remember, turn, path, inside_tool.get()))
        return handle

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        turn = current_turn.get()
        input.headers = _with_context(input.headers, turn.start() if turn else "")
        return super().start_local_activity(input)

    async def start_child_workflow(
        self, input: StartChildWorkflowInput
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        turn = current_turn.get()
        path = turn.start() if turn else ""
        input.headers = _with_context(input.headers, path)
        if turn is not None:
            turn.children.append(path)
        return await super().start_child_workflow(input)


class _ActivityInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        context = _from_headers(input.headers)
        if context is None:
            return await super().execute_activity(input)
        with entered(context):
            return await super().execute_activity(input)


def _remember(turn: TurnState, path: str, inside: str, call: asyncio.Future[Any]) -> None:
    """The SDK gives a session what a model said only when the tools that it called are done, too."""
    if call.cancelled() or call.exception() is not None:
        return
    turn.spend(tokens_of(call.result().usage))
    if not inside:
        turn.unsaved.extend(call.result().to_input_items())
        turn.whole_calls.append(path)


def _with_context(
    headers: Mapping[str, Payload],
    path: str,
    agent_name: str = "",
    tool_call_id: str = "",
    beats: bool = False,
) -> Mapping[str, Payload]:
    instance = workflow.instance()
    turn = current_turn.get()
    context = RunContext(
        # A workflow may write before it has kept the task's id on itself; the turn knows it.
        task_id=getattr(instance, "_task_id", None) or (turn.task_id if turn else ""),
        trace_id=getattr(instance, "_trace_id", None) or "",
        parent_span_id=getattr(instance, "_parent_span_id", None) or "",
        turn_id=turn.turn_id if turn else "",
        path=path,
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
    if "path" not in values and values.get("sequence", 0):
        # Of an activity that a version before this one started, which counted in numbers.
        values["path"] = below("", min(values["sequence"], 999_000))
    known = {name: value for name, value in values.items() if name in RunContext.__dataclass_fields__}
    return RunContext(**known)
