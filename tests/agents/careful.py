"""Tools that do not run at once, or not at all: one asks for an approval, one has a guardrail."""

from typing import Any

from agents import (
    Agent,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailData,
    function_tool,
    tool_input_guardrail,
)


@tool_input_guardrail
def no_system_files(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    if "system" in data.context.tool_arguments:
        return ToolGuardrailFunctionOutput.reject_content("System files stay as they are.")
    return ToolGuardrailFunctionOutput.allow()


@function_tool(tool_input_guardrails=[no_system_files])
async def rename_file(name: str) -> str:
    """Renames a file."""
    return f"{name} is renamed"


@function_tool(needs_approval=True)
async def delete_file(name: str) -> str:
    """Deletes a file."""
    return f"{name} is deleted"


agent = Agent[Any](name="Careful", instructions="Look after the files.", tools=[rename_file, delete_file])
