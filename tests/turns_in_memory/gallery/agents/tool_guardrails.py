"""Shape of openai-agents-python examples/basic/tool_guardrails.py."""

from agents import (
    Agent,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailData,
    ToolOutputGuardrailData,
    function_tool,
    tool_input_guardrail,
    tool_output_guardrail,
)


@tool_input_guardrail
def no_passwords(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    if "password" in (data.context.tool_arguments or ""):
        return ToolGuardrailFunctionOutput.reject_content("Not sent: it names a password.")
    return ToolGuardrailFunctionOutput.allow()


@tool_output_guardrail
def no_numbers(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
    if "1234" in str(data.output):
        return ToolGuardrailFunctionOutput.raise_exception("A number of a card.")
    return ToolGuardrailFunctionOutput.allow()


@function_tool(tool_input_guardrails=[no_passwords])
def send_mail(text: str) -> str:
    """Sends a mail."""
    return f"Sent: {text}"


@function_tool(tool_output_guardrails=[no_numbers])
def look_up(name: str) -> str:
    """Looks a person up."""
    return f"{name}, card 1234"


agent = Agent(name="Secretary", instructions="Send mails.", tools=[send_mail, look_up])
