"""An agent each of whose parts raises or returns what the message names: ``hook exit``, ``tool half``."""

PARTS = '''
"""Raises where code of an author may."""
import asyncio
from datetime import timedelta
from typing import Any
from temporalio import activity, workflow
from temporalio.openai_agents.workflow import activity_as_tool
from agents import Agent, GuardrailFunctionOutput, RunHooks, function_tool, input_guardrail, output_guardrail
from agentex_web import adk

KINDS = {
    "assert": AssertionError("never so"),
    "exit": SystemExit(3),
    "interrupt": KeyboardInterrupt(),
    "base": BaseException("of the lowest kind"),
    "group": ExceptionGroup("several", [ExceptionGroup("inner", [KeyError("lamp")])]),
}

def fail(kind: str) -> str:
    if kind == "half":
        return "a\\ud800b"
    if kind == "big":
        return 30_000_000 * "x"
    raise KINDS[kind]

@function_tool
def tool(kind: str) -> str:
    """Fails."""
    return fail(kind)

@function_tool
async def async_tool(kind: str) -> str:
    """Fails."""
    return fail(kind)

@adk.pure
@function_tool
def pure_tool(kind: str) -> str:
    """Fails."""
    return fail(kind)

@function_tool
def echo(words: str) -> int:
    """Counts."""
    return len(words)

class Hooks(RunHooks[Any]):
    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def on_agent_start(self, context: Any, agent: Any) -> None:
        fail(self.kind)

class Parts(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        part, kind = turn.message.content.content.split()
        hooks = Hooks(kind) if part == "hook" else None

        def instructions(context: Any, agent: Any) -> str:
            return fail(kind) if part == "instructions" else "Be brief."

        @input_guardrail
        async def on_input(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
            return GuardrailFunctionOutput(fail(kind) if part == "input" else "", False)

        @output_guardrail
        async def on_output(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
            return GuardrailFunctionOutput(fail(kind) if part == "output" else "", False)

        if part == "workflow":
            await turn.say(fail(kind))
            return
        agent = Agent(
            name="Parts",
            instructions=instructions,
            tools=[tool, async_tool, pure_tool, echo],
            input_guardrails=[on_input],
            output_guardrails=[on_output],
        )
        await turn.run(agent, turn.input, hooks=hooks)
'''

TOOLS = ("tool", "async_tool", "pure_tool")
NO_TOOLS = ("hook", "instructions", "input", "output", "workflow")
RAISED = ("assert", "exit", "interrupt", "base", "group")
