"""Runs an agent in a turn as a stream of events, for authors who call ``Runner.run_streamed``."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from agents.run import AgentRunner
from temporalio import workflow

from agentex_web.compat.streamed_results import take_over
from agentex_web.turns.approvals import Approvals
from agentex_web.turns.guardrails import guarded, note_tripped
from agentex_web.turns.run_preparation import prepare_run, with_model
from agentex_web.turns.scope import Scope, entered
from agents import (
    Agent,
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    RunResultStreaming,
    StreamEvent,
)

PATCH_STREAMED_APPROVALS = "approvals of streamed runs"
"""Temporal patch id. Before the patch, a streamed run ended at calls that need an approval."""


def run_agent_streamed(
    here: Scope, runner: AgentRunner, agent: Agent[Any], input: Any, **options: Any
) -> RunResultStreaming:
    """Like ``run_agent`` (agent_run.py), but as a stream of events.

    The events of a model call come once it has returned.
    """
    progress, start, script = here.progress, here.progress.next_path, here.script
    if script is not None:
        script.keep_memory(options)
        input = script.with_history(input, options)
    here = with_model(here, options)
    agent = guarded(agent, here, start)
    with entered(here):
        prepare_run(progress, agent, options)
        # The SDK's run loop is an asyncio task, which inherits the scope.
        result = runner.run_streamed(agent, input, **options)
    if script is not None:
        script.note(result)
    stream = _streamed_to_the_end(here, runner, agent, result, result.stream_events, options)

    async def watched() -> AsyncIterator[StreamEvent]:
        try:
            async for event in stream:
                yield event
        except (InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered) as tripped:
            await note_tripped(here, start, tripped)
            raise

    result.stream_events = watched  # type: ignore[method-assign]
    return result


async def _streamed_to_the_end(
    here: Scope,
    runner: AgentRunner,
    agent: Agent[Any],
    result: RunResultStreaming,
    events: Callable[[], AsyncIterator[StreamEvent]],
    options: dict[str, Any],
) -> AsyncIterator[StreamEvent]:
    """Yields the events of a run, including those after its approvals. ``result`` reflects the progress."""
    async for event in events():
        yield event
    if here.is_agent_tool or not result.interruptions or not workflow.patched(PATCH_STREAMED_APPROVALS):
        return
    approvals = Approvals(here)
    try:
        while result.interruptions:
            with entered(here):
                deciding = asyncio.ensure_future(approvals.next_decision(result))
            state = await deciding
            with entered(here):
                following = runner.run_streamed(agent, state, **options)
            take_over(result, following)
            async for event in following.stream_events():
                yield event
            take_over(result, following)
    finally:
        approvals.close()
