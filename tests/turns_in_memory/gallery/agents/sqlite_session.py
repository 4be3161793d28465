"""Shape of openai-agents-python examples/memory/sqlite_session_example.py: what cannot work says so."""

from agentex_web import adk
from agents import Agent, Runner, SQLiteSession


class Remembering(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await Runner.run(Agent(name="Assistant"), "hello", session=SQLiteSession("conversation"))
