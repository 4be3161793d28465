"""One call of a model: the activity that a workflow starts for it, and what the turn keeps of its answer.

The SDK's run loop reaches this through the model that temporalio-openai-agents gives each agent
(compat/model_stub.py). On the worker, the activity is the plugin's, and the model that it calls is
agentex_web/worker/model/streaming_model.py.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from temporalio import workflow
from temporalio.openai_agents import ModelActivityParameters

from agentex_web.turns.options import HEARTBEAT
from agentex_web.turns.scope import Scope, current, entered
from agentex_web.turns.tokens import tokens_of
from agents import ModelResponse

MODEL_ACTIVITY = "invoke_model_activity"
"""The name that temporalio-openai-agents gives its model calls."""


async def call_model(
    agent_name: str, given: Mapping[str, Any], params: ModelActivityParameters
) -> ModelResponse:
    """Asks the model; what it says is streamed to the page meanwhile.

    Args:
        agent_name: the agent that asks; empty if unknown.
        given: the model's input, as temporalio-openai-agents sends it to its activity.
        params: the timeouts and retries that the worker chose.

    Raises:
        ActivityError: the call failed for good, or was stopped.
        CancelledError: the turn was stopped before the call began.
    """
    here = current()
    if here is None:
        return await _start(given, params, summary=agent_name or None)
    if not (here.quiet or here.parent_tool_call_id):
        here.part.last_agent = agent_name
    with entered(replace(here, agent_name=agent_name)):
        path = here.part.next_path
        call = _start(given, params, f"{agent_name or 'Agent'}, turn {here.part.turn_id}")
    call.add_done_callback(partial(_remember, here, path))
    return await call


def _start(
    given: Mapping[str, Any], params: ModelActivityParameters, summary: str | None
) -> workflow.ActivityHandle[ModelResponse]:
    return workflow.start_activity(
        MODEL_ACTIVITY,
        _readable(given),
        result_type=ModelResponse,
        # With the turn, it identifies the call in Temporal's web pages.
        summary=summary,
        task_queue=params.task_queue,
        schedule_to_close_timeout=params.schedule_to_close_timeout,
        schedule_to_start_timeout=params.schedule_to_start_timeout,
        start_to_close_timeout=params.start_to_close_timeout,
        heartbeat_timeout=params.heartbeat_timeout or HEARTBEAT,
        retry_policy=params.retry_policy,
        # A Stop waits for what was said until then.
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        versioning_intent=params.versioning_intent,
        priority=params.priority,
    )


def _remember(here: Scope, path: str, call: asyncio.Future[ModelResponse]) -> None:
    """A turn that is stopped while the tools of an answer run keeps that answer: the SDK would not return
    it.
    """
    if call.cancelled() or call.exception() is not None:
        return
    response = call.result()
    here.part.spend(tokens_of(response.usage))
    if not (here.quiet or here.parent_tool_call_id):
        here.said.extend(response.to_input_items())
        here.part.whole_calls.append(path)


def _readable(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The input in a form that pydantic reads in the activity.

    A custom tool's output may be a text or content parts. pydantic 2.14 takes a text for parts, and the call
    fails; so it is sent as parts. Both mean the same to the model.
    """
    items = given.get("input")
    return {**given, "input": [_as_parts(item) for item in items]} if isinstance(items, list) else given


def _as_parts(item: Any) -> Any:
    if isinstance(item, dict) and item.get("type") == "custom_tool_call_output":
        output = item.get("output")
        if isinstance(output, str):
            return {**item, "output": [{"type": "input_text", "text": output}]}
    return item
