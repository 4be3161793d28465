"""Shape of the handoffs in Sunaina-ismail/openai-agents-sdk-practice: typed input, a filter, an async callback."""

from pydantic import BaseModel

from agents import Agent, HandoffInputData, RunContextWrapper, handoff


class Escalation(BaseModel):
    reason: str


NOTES: list[str] = []


async def escalated(_context: RunContextWrapper[None], given: Escalation) -> None:
    print("escalated:", given.reason)


def last_words(data: HandoffInputData) -> HandoffInputData:
    history = data.input_history if isinstance(data.input_history, tuple) else (data.input_history,)
    return HandoffInputData(tuple(history[-1:]), (), ())


expert = Agent(name="Expert", instructions="Solve it.")
clerk = Agent(
    name="Clerk",
    instructions="Hand over what is hard.",
    handoffs=[handoff(expert, on_handoff=escalated, input_type=Escalation, input_filter=last_words)],
)
