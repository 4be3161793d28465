"""The record activities about turns and their memory, working on the in-memory record."""

import uuid
from collections.abc import Iterable

from temporalio import activity

from agentex_web.adk.testing.endings import finish
from agentex_web.adk.testing.kept_messages import Json, KeptMessage
from agentex_web.adk.testing.kept_turns import KeptTurn
from agentex_web.adk.testing.record import OnRecord
from agentex_web.positions import below
from agentex_web.turns.record_payloads import (
    AgentMemory,
    FinishTurn,
    KeepSummary,
    TakeIn,
    TurnMemory,
    TurnRef,
)
from agentex_web.turns.running_activity import require_context


class TurnActivities(OnRecord):
    """Each method implements the activity of the same name."""

    @activity.defn(name="queue_turn")
    async def queue_turn(self, ref: TurnRef) -> None:
        turn = self._record.turns[ref.turn_id]
        if turn.status == "pending" and turn.continued == ref.continued:
            turn.status = "queued"

    @activity.defn(name="begin_turn")
    async def begin_turn(self, ref: TurnRef) -> None:
        turn = self._record.turns[ref.turn_id]
        if turn.status in ("pending", "queued") and turn.continued == ref.continued:
            turn.status = "running"

    @activity.defn(name="finish_turn")
    async def finish_turn(self, end: FinishTurn) -> list[Json]:
        return finish(self._record, end)

    @activity.defn(name="take_in")
    async def take_in(self, taken: TakeIn) -> bool:
        waits, path = self._record.turns[taken.message_id], require_context().path
        pk = str(uuid.uuid5(uuid.UUID(taken.turn_id), f"taken/{taken.message_id}"))
        if pk in self._record.messages:
            return True
        if waits.status not in ("pending", "queued"):
            return False
        waits.status = "withdrawn"
        content = self._record.messages[taken.message_id].content
        self._record.put(
            KeptMessage(
                pk, taken.turn_id, below(path, 0), "user", "text", "done", content, data={"taken": True}
            )
        )
        return True

    @activity.defn(name="load_items")
    async def load_items(self, turn_id: str) -> list[Json]:
        return self._record.items_up_to(turn_id)

    @activity.defn(name="keep_summary")
    async def keep_summary(self, kept: KeepSummary) -> None:
        self._record.turns[kept.turn_id].summary = kept.summary
        self._record.put(
            KeptMessage(
                str(uuid.uuid5(uuid.UUID(kept.turn_id), "summary")),
                kept.turn_id,
                below(kept.path, 0),
                "system",
                "text",
                "done",
                kept.summary,
                data={"summary": True},
            )
        )

    @activity.defn(name="load_memory")
    async def load_memory(self, turn_id: str) -> TurnMemory:
        return _memory_of(self._record.path(turn_id))

    @activity.defn(name="load_agent_memory")
    async def load_agent_memory(self, memory: AgentMemory) -> TurnMemory:
        path = self._record.path(memory.turn_id)
        return _memory_of(turn for turn in path if turn.agent == memory.agent)


def _memory_of(path: Iterable[KeptTurn]) -> TurnMemory:
    """The last agent and the last run context of these turns, the oldest turn first."""
    memory = TurnMemory()
    for turn in path:
        memory.last_agent = turn.last_agent or memory.last_agent
        memory.context = memory.context if turn.context is None else turn.context
    return memory
