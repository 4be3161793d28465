"""A workflow of an author's own, with tools: the SDK's bare hooks when asked to be silent."""

from contextlib import suppress

from agentex_web.adk import SendEventParams, SignalName, workflow
from agents import (
    Agent,
    RunHooks,
    Runner,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailData,
    ToolInputGuardrailTripwireTriggered,
    function_tool,
    tool_input_guardrail,
)


@tool_input_guardrail
def closed(_data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    return ToolGuardrailFunctionOutput.raise_exception("The shop is closed.")


@function_tool(tool_input_guardrails=[closed])
async def sell(name: str) -> str:
    """Sells something."""
    return f"{name} is sold"


@function_tool
async def price(name: str) -> str:
    """The price of something."""
    return f"{name} costs 3"


@workflow.defn
class OwnHooks:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        asked = params.event.content.content
        hooks = RunHooks() if "silent" in asked else None
        with suppress(ToolInputGuardrailTripwireTriggered):
            await Runner.run(
                Agent(name="Shop", instructions="Sell.", tools=[sell, price]), asked, hooks=hooks
            )
