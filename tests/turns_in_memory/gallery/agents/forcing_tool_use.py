"""Shape of openai-agents-python examples/agent_patterns/forcing_tool_use.py, first tool."""

from agents import Agent, ModelSettings, function_tool


@function_tool
def get_weather(city: str) -> str:
    """The weather."""
    return f"{city}: sunny"


agent = Agent(
    name="Forecaster",
    tools=[get_weather],
    tool_use_behavior="stop_on_first_tool",
    model_settings=ModelSettings(tool_choice="required"),
)
