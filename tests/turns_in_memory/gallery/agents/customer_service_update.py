"""Shape of temporalio/samples-python openai_agents/customer_service, whose messages are updates, with on_message."""

from temporalio import workflow

from agentex_web import adk
from agents import Agent, Runner, TResponseInputItem

seats = Agent(name="Seats", instructions="Change seats.")
triage = Agent(name="Triage", instructions="Hand over.", handoffs=[seats])


class CustomerServiceByUpdate(adk.Workflow):
    def __init__(self) -> None:
        self.printed: list[str] = []
        self.current: Agent[None] = triage
        self.items: list[TResponseInputItem] = []

    async def on_message(self, turn: adk.Turn) -> None:
        await self.process_user_message(turn.message.content.content)

    @workflow.query
    def get_chat_history(self) -> list[str]:
        return self.printed

    @workflow.update
    async def process_user_message(self, text: str) -> list[str]:
        length = len(self.printed)
        self.items.append({"role": "user", "content": text})
        result = await Runner.run(self.current, self.items)
        self.printed += [f"User: {text}", f"{result.last_agent.name}: {result.final_output}"]
        self.items = result.to_input_list()
        self.current = result.last_agent
        return self.printed[length:]

    @process_user_message.validator
    def validate_process_user_message(self, text: str) -> None:
        if not text:
            raise ValueError("User input cannot be empty.")
