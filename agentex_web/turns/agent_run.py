"""Runs an agent in a turn: the SDK's run loop, with guardrails, approvals and hooks for the page."""

import asyncio
import dataclasses
from contextlib import suppress
from typing import Any

from agents.items import ToolApprovalItem
from agents.run import AgentRunner
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import APPROVAL_NEEDED
from agentex_web.turns.approvals import PATCH_APPROVALS, Approvals
from agentex_web.turns.guardrails import guarded, note_tripped
from agentex_web.turns.model_calls import PATCH_CALLS_STORED
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.reasons import was_stopped
from agentex_web.turns.run_preparation import prepare_run, with_model
from agentex_web.turns.scope import Scope, entered
from agentex_web.turns.turn_items import Item
from agents import (
    Agent,
    InputGuardrailTripwireTriggered,
    ItemHelpers,
    OutputGuardrailTripwireTriggered,
    RunResult,
)

STOP_SECONDS = 10.0
"""Seconds to wait for Temporal's STOP signal after Redis has already ended the model call."""


async def run_agent(
    here: Scope, runner: AgentRunner, agent: Agent[Any], input: Any, **options: Any
) -> RunResult:
    """Runs the agent with the SDK's loop.

    turns/model_calls.py makes each model call, and turns/hooks.py reports each tool call.

    Args:
        here: the scope of the turn that the agent works for.
        runner: runs the loop: the runner of temporalio-openai-agents.
        options: as for ``Runner.run`` of the SDK.

    Raises:
        AgentsException: an error of the SDK, including tripped guardrails.
        ActivityError: a model call failed after all retries, or was stopped.
    """
    progress, start, script = here.progress, here.progress.next_path, here.script
    if script is not None:
        script.keep_memory(options)
        input = script.with_history(input, options)
    here = dataclasses.replace(with_model(here, options), base=_length(input))
    with entered(here):
        prepare_run(progress, agent, options)
        try:
            result = await _run_to_the_end(here, runner, guarded(agent, here, start), input, options)
            if script is not None:
                script.note(result)
            return result
        except (InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered) as tripped:
            await note_tripped(here, start, tripped)
            raise
        except Exception as error:
            if here.parent_tool_call_id and was_stopped(error):
                await _until_stopped(progress)
            if here.parent_tool_call_id and progress.stopped and workflow.patched(PATCH_CALLS_STORED):
                # The SDK would take the error for the tool's result.
                raise asyncio.CancelledError from error
            raise


def _length(input: Any) -> int:
    """The number of input items."""
    return len(input) if isinstance(input, list) else 1


async def _run_to_the_end(
    here: Scope, runner: AgentRunner, agent: Agent[Any], input: Any, options: dict[str, Any]
) -> RunResult:
    """Runs the agent. When tool calls need an approval, waits for it and resumes the run."""
    result = await runner.run(agent, input, **options)
    # An agent used as a tool returns at such calls: the SDK passes them on to the agent that called it.
    if here.is_agent_tool or not result.interruptions:
        return result
    if not workflow.patched(PATCH_APPROVALS):
        raise unapproved(result.interruptions, here.run_items)
    approvals = Approvals(here)
    try:
        while result.interruptions:
            state = await approvals.next_decision(result)
            result = await runner.run(agent, state, **options)
    finally:
        approvals.close()
    return result


async def _until_stopped(progress: TurnProgress) -> None:
    """Waits for the Stop signal, then cancels. An agent used as a tool can learn of a Stop (through Redis)
    before the workflow does: its tool call must then count as cancelled, not as failed.
    """
    with suppress(TimeoutError):
        await workflow.wait_condition(lambda: progress.stopped, timeout=STOP_SECONDS)
        raise asyncio.CancelledError


def added_items(result: RunResult) -> list[Item]:
    """The items that a run added to the conversation, without its input."""
    given = ItemHelpers.input_to_new_input_list(result.input)
    return result.to_input_list()[len(given) :]


def unapproved(asked: list[ToolApprovalItem], run_items: list[Item]) -> ApplicationError:
    """The error of a turn from before the approvals patch.

    Also adds the reason to ``run_items`` as the calls' output, so that the model sees it in the next turn.
    """
    reason = f"The tool “{asked[0].name}” needs an approval, which this version cannot give yet."
    calls = {each.call_id for each in asked}
    run_items += [
        {"type": "function_call_output", "call_id": item["call_id"], "output": reason}
        for item in run_items
        if item.get("type") == "function_call" and item["call_id"] in calls
    ]
    return ApplicationError(reason, type=APPROVAL_NEEDED)
