"""Begins a chat with another agent, as agentex-sdk's adk.acp does."""

from agentex_web import adk
from agentex_web.adk import TextContent


class Dispatcher(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        words = turn.message.content.content
        if words.startswith("to "):
            # A chat that another chat started, or that no chat started.
            await adk.acp.send_event(words.removeprefix("to "), TextContent("user", "Hello?"))
        made = await adk.acp.create_task(name="Dispatched", agent_name="haiku", params={"from": "here"})
        await adk.acp.send_event(made.id, TextContent("user", f"dispatched: {words}"))
        await turn.say(f"Made {made.id}.")
