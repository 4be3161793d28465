"""The session of a script's agents: the chat's memory, in place of one that writes to a file or a server."""

from typing import Any

from agents.memory import SessionSettings

from agentex_web.turns.turn import Turn
from agents import TResponseInputItem


class ChatMemory:
    """A session as the SDK expects it. It begins with the chat's earlier turns, and ends with its turn."""

    session_settings: SessionSettings | None = None

    def __init__(self, turn: Turn) -> None:
        self.session_id = turn.task.id
        self._turn = turn
        self._items: list[TResponseInputItem] | None = None

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        items = await self._known()
        return items[len(items) - min(limit, len(items)) :] if limit is not None else list(items)

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        (await self._known()).extend(items)

    async def pop_item(self) -> TResponseInputItem | None:
        items = await self._known()
        return items.pop() if items else None

    async def clear_session(self) -> None:
        self._items = []

    def close(self) -> None:
        """Nothing to close."""

    async def _known(self) -> list[TResponseInputItem]:
        if self._items is None:
            self._items = list(await self._turn.history())
        return self._items


def is_of_sdk(session: Any) -> bool:
    """True for sessions of the SDK, which use files, threads or servers."""
    return type(session).__module__.startswith("agents.")
