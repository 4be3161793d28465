"""What the SDK's runner does not do for us: agents that are tools, and guardrails that take words back.

``Runner.run`` asks the process for its default runner, which the plugin replaces by Temporal's; this one
stands before that. It runs in workflows.
"""

import asyncio
import dataclasses
import inspect
from contextlib import suppress
from typing import Any

from agents.guardrail import GuardrailFunctionOutput, InputGuardrail
from agents.run import AgentRunner, get_default_agent_runner, set_default_agent_runner
from agents.tool_context import ToolContext
from temporalio import workflow

from agentex_web.turns import record
from agentex_web.turns.hooks import TemporalStreamingHooks
from agentex_web.turns.payloads import TakeBack
from agentex_web.turns.reasons import was_stopped
from agentex_web.turns.turn_state import TurnState, current_turn, inside_tool
from agents import (
    Agent,
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    RunContextWrapper,
    RunResult,
)

STOP_SECONDS = 10.0
"""How long the signal of a Stop may take that came through Redis already."""


def install() -> None:
    """Puts this runner before the plugin's. Repeating it changes nothing."""
    runner = get_default_agent_runner()
    if not isinstance(runner, TurnRunner):
        set_default_agent_runner(TurnRunner(runner))


class TurnRunner(AgentRunner):
    """Runs agents in a turn; anywhere else it adds nothing."""

    def __init__(self, runner: AgentRunner) -> None:
        self._runner = runner

    async def run(self, starting_agent: Agent[Any], input: Any, **kwargs: Any) -> RunResult:
        turn = current_turn.get() if workflow.in_workflow() else None
        if turn is None:
            return await self._runner.run(starting_agent, input, **kwargs)
        token, start = None, turn.next_position
        context = kwargs.get("context")
        if isinstance(context, ToolContext):
            # An agent that is a tool: what it says and does belongs into the card of its call.
            token = inside_tool.set(context.tool_call_id)
        if kwargs.get("hooks") is None:
            # Without them, the tool calls that the model streams would be shown as never run.
            kwargs["hooks"] = TemporalStreamingHooks(turn.task_id)
        turn.untold = turn.untold or not isinstance(kwargs["hooks"], TemporalStreamingHooks)
        try:
            return await self._runner.run(_guarded(starting_agent, turn, start), input, **kwargs)
        except (InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered):
            await _take_back(turn, start)
            raise
        except Exception as error:
            if token is not None and was_stopped(error):
                await _until_stopped(turn)
            raise
        finally:
            if token is not None:
                inside_tool.reset(token)

    def run_sync(self, starting_agent: Agent[Any], input: Any, **kwargs: Any) -> RunResult:
        return self._runner.run_sync(starting_agent, input, **kwargs)

    def run_streamed(self, starting_agent: Agent[Any], input: Any, **kwargs: Any) -> Any:
        return self._runner.run_streamed(starting_agent, input, **kwargs)


async def _until_stopped(turn: TurnState) -> None:
    """A model heard of a Stop before the workflow: the call that it worked for did not fail, it ends too."""
    with suppress(TimeoutError):
        await workflow.wait_condition(lambda: turn.stopped, timeout=STOP_SECONDS)
        raise asyncio.CancelledError


def _guarded(agent: Agent[Any], turn: TurnState, start: str) -> Agent[Any]:
    """The agent, whose input guardrails end the model's call when they trip.

    They run beside the model. The SDK would wait for the call that it cancels, and Temporal tells the
    model's activity of that only with its next heartbeat, seconds later.
    """
    if not agent.input_guardrails:
        return agent
    guards = [_at_once(guardrail, turn, start) for guardrail in agent.input_guardrails]
    return dataclasses.replace(agent, input_guardrails=guards)


def _at_once(guardrail: InputGuardrail[Any], turn: TurnState, start: str) -> InputGuardrail[Any]:
    async def guard(
        context: RunContextWrapper[Any], agent: Agent[Any], input: Any
    ) -> GuardrailFunctionOutput:
        found = guardrail.guardrail_function(context, agent, input)
        output = await found if inspect.isawaitable(found) else found
        if output.tripwire_triggered:
            await _take_back(turn, start)
        return output

    return dataclasses.replace(guardrail, guardrail_function=guard, name=guardrail.get_name())


async def _take_back(turn: TurnState, start: str) -> None:
    inside = inside_tool.get()
    if not inside:
        turn.unsaved.clear()
    taken = TakeBack(turn.task_id, turn.turn_id, start, turn.next_position, inside)
    await record.take_back(taken)
