"""agentex_web/compat/tool_details.py is needed while the plugin leaves out how function tools are searched."""

from dataclasses import fields
from typing import Any

from agents.models.openai_responses import Converter
from pydantic import TypeAdapter
from temporalio.openai_agents import ModelActivityParameters
from temporalio.openai_agents import _invoke_model_activity as plugin
from temporalio.openai_agents._temporal_model_stub import _TemporalModelStub

from agentex_web.compat import tool_details
from agents import (
    FunctionTool,
    ModelSettings,
    ModelTracing,
    Tool,
    ToolSearchTool,
    function_tool,
    tool_namespace,
)


@function_tool(defer_loading=True)
def find_order(number: str) -> str:
    """Finds an order."""
    return number


@function_tool(output_json_schema={"type": "object"}, allowed_callers=["direct"])
def plain(number: str) -> dict[str, str]:
    """Is always there."""
    return {}


TOOLS: list[Tool] = [
    *tool_namespace(name="crm", description="Customers", tools=[find_order]),
    plain,
    ToolSearchTool(),
]


def built() -> list[Tool]:
    """The tools as the activity gives them to the model."""
    tool_details.install()
    stub = _TemporalModelStub("gpt", model_params=ModelActivityParameters(), agent=None)
    given: Any
    given, _ = stub._build_activity_input(
        system_instructions="",
        input="Hi",
        model_settings=ModelSettings(),
        tools=TOOLS,
        output_schema=None,
        handoffs=[],
        tracing=ModelTracing.DISABLED,
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    tool_details.add_details(given["tools"], TOOLS)
    adapter: TypeAdapter[Any] = TypeAdapter(list[plugin.ToolInput])
    sent = adapter.validate_json(adapter.dump_json(given["tools"]))
    refs: Any = None
    return [plugin._build_tool(each, refs) for each in sent]


def test_the_model_gets_all_of_a_tool() -> None:
    assert Converter.convert_tools(built(), []).tools == Converter.convert_tools(TOOLS, []).tools


def test_the_plugin_leaves_it_out() -> None:
    tool_details.install()
    own = {each.name for each in fields(plugin.FunctionToolInput)} - {tool_details.FIELD}
    assert own == {"name", "description", "params_json_schema", "strict_json_schema"}
    made = tool_details._built(plugin.FunctionToolInput("a", "b", {}), None)  # type: ignore[arg-type]
    assert isinstance(made, FunctionTool) and not made.defer_loading
