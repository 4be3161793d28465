"""Shape of openai-agents-python examples/agent_patterns/input_guardrails.py."""

from typing import Any

from pydantic import BaseModel

from agents import Agent, GuardrailFunctionOutput, RunContextWrapper, Runner, input_guardrail


class Homework(BaseModel):
    reasoning: str
    is_homework: bool


judge = Agent(name="Guardrail check", instructions="Is it homework?", output_type=Homework)


@input_guardrail
async def homework(
    context: RunContextWrapper[Any], _agent: Agent[Any], said: str | list[Any]
) -> GuardrailFunctionOutput:
    result = await Runner.run(judge, said, context=context.context)
    return GuardrailFunctionOutput(result.final_output.reasoning, result.final_output.is_homework)


agent = Agent(name="Support", instructions="You help customers.", input_guardrails=[homework])
