"""Guardrails that withdraw the model's messages when they trip."""

import dataclasses
import inspect
from typing import Any

from agents.guardrail import GuardrailFunctionOutput, InputGuardrail

from agentex_web.compat.agent_copies import replaced
from agentex_web.turns import record
from agentex_web.turns.guardrail_input import input_for
from agentex_web.turns.record_payloads import TakeBack
from agentex_web.turns.scope import Scope
from agents import Agent, InputGuardrailTripwireTriggered, RunContextWrapper


def guarded(agent: Agent[Any], here: Scope, start: str) -> Agent[Any]:
    """Returns the agent with input guardrails that withdraw the model's messages as soon as they trip.

    Guardrails run while the model answers. The SDK would first wait for the model call that it cancels, and
    Temporal delivers the cancellation to the activity only with its next heartbeat, seconds later.

    Args:
        start: the path of the first activity whose messages are withdrawn.
    """
    if not agent.input_guardrails:
        return agent
    guards = [_at_once(guardrail, here, start) for guardrail in agent.input_guardrails]
    return replaced(agent, input_guardrails=guards)


def _at_once(guardrail: InputGuardrail[Any], here: Scope, start: str) -> InputGuardrail[Any]:
    async def guard(
        context: RunContextWrapper[Any], agent: Agent[Any], input: Any
    ) -> GuardrailFunctionOutput:
        given = input_for(guardrail.guardrail_function, input)
        found = guardrail.guardrail_function(context, agent, given)
        output = await found if inspect.isawaitable(found) else found
        if output.tripwire_triggered:
            await _take_back(here, start)
        return output

    return dataclasses.replace(guardrail, guardrail_function=guard, name=guardrail.get_name())


async def note_tripped(here: Scope, start: str, tripped: Exception) -> None:
    """Withdraws the model's messages. If an input guardrail tripped, also keeps the person's message out of
    later turns, even if the author catches the exception and answers.
    """
    if isinstance(tripped, InputGuardrailTripwireTriggered) and not (here.parent_tool_call_id or here.quiet):
        here.progress.refused_by_guardrail = True
    await _take_back(here, start)


async def _take_back(here: Scope, start: str) -> None:
    """Withdraws the model's messages of the activities from ``start`` to the last one started."""
    progress = here.progress
    if not here.parent_tool_call_id:
        here.run_items.clear()
    await record.take_back(
        TakeBack(
            progress.task_id,
            progress.turn_id,
            start,
            progress.next_path,
            here.parent_tool_call_id,
            "" if here.parent_tool_call_id else progress.cut.message,
        )
    )
