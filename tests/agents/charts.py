"""Shows data, as agentex-sdk's DataContent does."""

from agentex_web import adk


class Charts(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        days = [{"day": 1, "high": 21}, {"day": 2, "high": 19}]
        await adk.messages.create(turn.task.id, adk.DataContent(author="agent", data={"days": days}))
