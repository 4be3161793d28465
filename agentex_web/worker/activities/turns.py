"""The life of a turn (queued, begun, ended), and the memory from which a workflow starts."""

import uuid
from typing import Any

from django.utils import timezone
from temporalio import activity

from agentex_web.background import in_background
from agentex_web.journal import endings, turns
from agentex_web.journal.change import TurnOver
from agentex_web.journal.ending import Ending
from agentex_web.journal.record import record
from agentex_web.positions import below
from agentex_web.rendering.markdown import render
from agentex_web.tasks import branches
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.turns.record_payloads import (
    AgentMemory,
    FinishTurn,
    KeepSummary,
    TakeIn,
    TurnMemory,
    TurnRef,
)
from agentex_web.turns.running_activity import require_context
from agentex_web.turns.tool_results import outputs_of
from agentex_web.watches.telling import WATCHED, signal_watchers


@activity.defn(name="queue_turn")
async def queue_turn(ref: TurnRef) -> None:
    """Marks the turn queued: it waits for the turn before it."""
    await record(turns.queue, uuid.UUID(ref.task_id), uuid.UUID(ref.turn_id), ref.continued)


async def begin(ref: TurnRef) -> bool:
    """Marks the turn running. Returns False if it has ended."""
    return await record(turns.begin, uuid.UUID(ref.task_id), uuid.UUID(ref.turn_id), ref.continued)


@activity.defn(name="begin_turn")
async def begin_turn(ref: TurnRef) -> None:
    """Marks the turn running."""
    await begin(ref)


@activity.defn(name="finish_turn")
async def finish_turn(finish: FinishTurn) -> list[dict[str, Any]]:
    """Ends the turn; returns its items as stored, including the partial answer if it was cut short."""
    ending = Ending(
        finish.status,
        finish.error,
        finish.items,
        finish.usage,
        finish.whole_calls,
        finish.children,
        may_have_called=_may_have_called(finish.items),
        outputs=outputs_of(finish.items),
        unrecorded=finish.tool_results_unrecorded,
        refused=finish.refused,
        last_agent=finish.memory.last_agent,
        context=finish.memory.context,
        continued=finish.continued,
        cut=finish.cut,
        cut_by=finish.cut_by,
    )
    turn_id = uuid.UUID(finish.turn_id)
    finished = await record(endings.finish, uuid.UUID(finish.task_id), turn_id, ending, WATCHED)
    if finished.is_watched:
        in_background(signal_watchers(turn_id), f"Turn {turn_id}: signalling who waits for it")
    return finished.items


def _may_have_called(items: list[dict[str, Any]]) -> bool:
    """False for a plain turn without tool calls. True if the items are unknown (an author's own workflow)."""
    return not items or any(str(item.get("type", "")).endswith("_call") for item in items)


@activity.defn(name="keep_summary")
async def keep_summary(kept: KeepSummary) -> None:
    """Stores a summary that replaces the turns before, and shows it where the model needed it."""
    turn_id = uuid.UUID(kept.turn_id)
    row = Message(
        pk=uuid.uuid5(turn_id, "summary"),
        turn_id=turn_id,
        position=below(kept.path, 0),
        author=Message.Author.SYSTEM,
        content=kept.summary,
        data={"summary": True},
        html=await render(kept.summary),
        finished_at=timezone.now(),
    )
    try:
        await record(turns.keep_summary, uuid.UUID(kept.task_id), turn_id, row)
    except TurnOver:
        # The turn was stopped. The next turn that is too long makes its own summary.
        activity.logger.info("Turn %s has ended before its summary was kept.", turn_id)


@activity.defn(name="take_in")
async def take_in(taken: TakeIn) -> bool:
    """Moves a waiting message into the running turn; returns False if the message no longer waits."""
    position = below(require_context().path, 0)
    ids = uuid.UUID(taken.turn_id), uuid.UUID(taken.message_id)
    return await record(turns.take_in, uuid.UUID(taken.task_id), *ids, position)


@activity.defn(name="load_items")
async def load_items(turn_id: str) -> list[dict[str, Any]]:
    """Returns the SDK input items of the conversation up to and including this turn."""
    return await in_database(branches.items_up_to, uuid.UUID(turn_id))


@activity.defn(name="load_memory")
async def load_memory(turn_id: str) -> TurnMemory:
    """Returns what the conversation leaves up to and including this turn, besides its items."""
    last_agent, context = await in_database(branches.memory_at, uuid.UUID(turn_id))
    return TurnMemory(last_agent, context)


@activity.defn(name="load_agent_memory")
async def load_agent_memory(memory: AgentMemory) -> TurnMemory:
    """Like ``load_memory``, but only for the turns that the agents of one file answered."""
    last_agent, context = await in_database(branches.memory_at, uuid.UUID(memory.turn_id), memory.agent)
    return TurnMemory(last_agent, context)
