"""Shape of openai-agents-python examples/agent_patterns/output_guardrails.py."""

from typing import Any

from pydantic import BaseModel

from agents import Agent, GuardrailFunctionOutput, RunContextWrapper, output_guardrail


class Answer(BaseModel):
    reasoning: str
    response: str


@output_guardrail
async def phone_numbers(
    _context: RunContextWrapper[Any], _agent: Agent[Any], output: Answer
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput("It holds a phone number.", "650" in output.response)


agent = Agent(name="Assistant", output_type=Answer, output_guardrails=[phone_numbers])
