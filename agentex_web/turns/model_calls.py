"""A model call in a workflow: starts its activity, and notes the answer and its token usage in the turn.

The SDK's run loop calls this through the model that temporalio-openai-agents gives each agent
(compat/model_stub.py). On the worker, the plugin's activity runs and calls the model in
agentex_web/worker/model/streaming_model.py.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError
from temporalio.openai_agents import ModelActivityParameters

from agentex_web.turns import compaction
from agentex_web.turns.choosing import with_choices, with_memory
from agentex_web.turns.options import HEARTBEAT, MODEL_ACTIVITY
from agentex_web.turns.progress import Speaker, TurnProgress
from agentex_web.turns.readable_input import readable
from agentex_web.turns.reasons import spent_on_cut
from agentex_web.turns.scope import Scope, current, entered
from agentex_web.turns.tokens import tokens_of
from agents import ModelResponse

PATCH_CALLS_STORED = "a turn ends after its model calls"
"""Temporal patch id. Before the patch, a stopped turn could end while an agent that is a tool still spoke."""


async def call_model(
    agent_name: str, given: Mapping[str, Any], params: ModelActivityParameters
) -> ModelResponse:
    """Calls the model. The worker streams the answer to the page meanwhile.

    Args:
        agent_name: the agent that makes the call; empty if unknown.
        given: the model's input, as temporalio-openai-agents sends it to its activity.
        params: the timeouts and retries that the worker has configured.

    Raises:
        ActivityError: the call failed after all retries, or was stopped.
        CancelledError: the turn was stopped before the call began.
    """
    here = current()
    if here is None:
        return await _start(given, params, summary=agent_name or None)
    await here.progress.steps.checkpoint()
    await here.progress.gate.opened()
    is_seen = not (here.quiet or here.parent_tool_call_id)
    instructions = given.get("system_instructions") or ""
    given = with_choices(given, here.progress.without, here.progress.instructions if is_seen else "")
    given = with_memory(given, here.progress.memory if is_seen else None)
    if here.model and not here.parent_tool_call_id:
        given = {**given, "model_name": f"{here.provider}{here.model}"}
    if is_seen:
        progress = here.progress
        progress.speaker = Speaker(agent_name, instructions, given.get("model_name") or "")
        given = await progress.steering.steered(progress, here.run_items, here.base, given)
        here = replace(here, continues=progress.cut.take_message())
    here = replace(here, agent_name=agent_name)
    split = compaction.split_input(here.progress, given)
    if split is None or here.progress.summary:
        shorter = {**given, "input": split.with_summary(here.progress.summary)} if split else given
        return await _call(here, shorter, params)
    may_compact = compaction.summary_may_help(split)
    try:
        return await _call(replace(here, may_compact=may_compact), given, params)
    except ActivityError as error:
        if not (may_compact and compaction.is_too_long(error)):
            raise
        return await compaction.call_with_summary(here, split, given, partial(_call, params=params))


def _call(
    here: Scope, given: Mapping[str, Any], params: ModelActivityParameters
) -> workflow.ActivityHandle[ModelResponse]:
    with entered(here):
        path = here.progress.next_path
        call = _start(given, params, f"{here.agent_name or 'Agent'}, turn {here.progress.turn_id}")
    here.progress.running_calls.append(call)
    call.add_done_callback(here.progress.running_calls.remove)
    call.add_done_callback(partial(_note_answer, here, path))
    return call


async def until_stored(progress: TurnProgress) -> None:
    """Stops the model calls that still run, and waits until each has stored its text.

    Call it before the turn ends, because the record refuses text for a turn that has ended. The SDK does not
    wait for the tools that it cancels, and such a tool may be an agent.
    """
    if progress.running_calls and workflow.patched(PATCH_CALLS_STORED):
        for call in progress.running_calls:
            call.cancel()
        await workflow.wait_condition(lambda: not progress.running_calls)


def _start(
    given: Mapping[str, Any], params: ModelActivityParameters, summary: str | None
) -> workflow.ActivityHandle[ModelResponse]:
    return workflow.start_activity(
        MODEL_ACTIVITY,
        readable(given),
        result_type=ModelResponse,
        # With the turn's id, it identifies the call in Temporal's web UI.
        summary=summary,
        task_queue=params.task_queue,
        schedule_to_close_timeout=params.schedule_to_close_timeout,
        schedule_to_start_timeout=params.schedule_to_start_timeout,
        start_to_close_timeout=params.start_to_close_timeout,
        heartbeat_timeout=params.heartbeat_timeout or HEARTBEAT,
        retry_policy=params.retry_policy,
        # A Stop waits until the activity has stored the text so far.
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        versioning_intent=params.versioning_intent,
        priority=params.priority,
    )


def _note_answer(here: Scope, path: str, call: asyncio.Future[ModelResponse]) -> None:
    """Adds the answer and its tokens to the turn as soon as the call returns. If the turn is stopped while
    the answer's tools run, the SDK does not return the answer.
    """
    if call.cancelled():
        return
    if (error := call.exception()) is not None:
        # A cut answer fails the call, but its tokens count.
        here.progress.spend(spent_on_cut(error))
        return
    response = call.result()
    here.progress.spend(tokens_of(response.usage))
    if not (here.quiet or here.summarises or here.parent_tool_call_id):
        here.run_items.extend(response.to_input_items())
        here.progress.items.whole_calls.append(path)
