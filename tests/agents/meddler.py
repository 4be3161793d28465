"""Writes to the task that the person names, whoever owns it."""

from agentex_web import adk


class Meddler(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await adk.messages.create(
            task_id=turn.message.content.content,
            content=adk.TextContent("agent", "Written by somebody else."),
        )
