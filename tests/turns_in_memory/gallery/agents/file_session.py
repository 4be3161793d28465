"""Shape of openai-agents-python examples/memory/file_session.py: an author's own session, kept by the task."""

from typing import Any

from agentex_web import adk
from agents import Agent, Runner, SessionABC

assistant = Agent(name="Assistant", instructions="Reply very concisely.")


class TaskSession(SessionABC):
    def __init__(self, turn: adk.Turn) -> None:
        self.session_id = turn.task.id
        self._turn = turn

    async def get_items(self, limit: int | None = None) -> list[Any]:
        items = (await self._turn.get_state()).value.get("items", [])
        return list(items[-limit:] if limit else items)

    async def add_items(self, items: list[Any]) -> None:
        await self._turn.set_state({"items": [*await self.get_items(), *items]})

    async def pop_item(self) -> Any:
        items = await self.get_items()
        last = items.pop() if items else None
        await self._turn.set_state({"items": items})
        return last

    async def clear_session(self) -> None:
        await self._turn.set_state({"items": []})


class Remembering(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await Runner.run(assistant, turn.message.content.content, session=TaskSession(turn))
