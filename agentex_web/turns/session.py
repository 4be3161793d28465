"""The SDK's session over one turn: reads the history, and keeps what the turn adds as it happens.

What had been added when a turn is stopped stays added, unlike what `Runner.run` returns at its end.
"""

from agents.memory import SessionABC

from agentex_web.turns.turn_state import current_turn
from agents import TResponseInputItem


class TurnSession(SessionABC):
    """
    Args:
        history: items of the turns before.
        added: receives this turn's items, its own message first.
    """

    def __init__(
        self, session_id: str, history: list[TResponseInputItem], added: list[TResponseInputItem]
    ) -> None:
        self.session_id = session_id
        self._history = history
        self._added = added

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        items = [*self._history, *self._added]
        return items if limit is None else items[-limit:] if limit else []

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        self._added.extend(items)
        if (turn := current_turn.get()) is not None:
            turn.unsaved.clear()

    async def pop_item(self) -> TResponseInputItem | None:
        return self._added.pop() if self._added else None

    async def clear_session(self) -> None:
        self._added.clear()
