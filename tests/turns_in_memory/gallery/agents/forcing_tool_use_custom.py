"""Shape of openai-agents-python examples/agent_patterns/forcing_tool_use.py, a function."""

from typing import Any

from agents import (
    Agent,
    FunctionToolResult,
    ModelSettings,
    RunContextWrapper,
    ToolsToFinalOutputResult,
    function_tool,
)


@function_tool
def get_weather(city: str) -> str:
    """The weather."""
    return f"sunny in {city}"


async def in_a_sentence(
    _context: RunContextWrapper[Any], results: list[FunctionToolResult]
) -> ToolsToFinalOutputResult:
    return ToolsToFinalOutputResult(is_final_output=True, final_output=f"It is {results[0].output}.")


agent = Agent(
    name="Forecaster",
    tools=[get_weather],
    tool_use_behavior=in_a_sentence,
    model_settings=ModelSettings(tool_choice="required"),
)
