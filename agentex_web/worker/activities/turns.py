"""How a turn proceeds: queued, begun, ended; and the memory that a workflow starts from."""

import uuid
from typing import Any

from temporalio import activity

from agentex_web.streams.events import Event, MessageDone, TurnChanged
from agentex_web.streams.publisher import publish
from agentex_web.tasks import branches, open_calls, progress, usage
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import FinishTurn, TurnRef
from agentex_web.turns.tools import text_of


@activity.defn(name="queue_turn")
async def queue_turn(ref: TurnRef) -> None:
    """The turn waits for the one before it."""
    if await in_database(progress.queue, uuid.UUID(ref.turn_id)):
        await publish(
            ref.task_id, [MessageDone(ref.turn_id, ref.turn_id), TurnChanged(ref.turn_id, "queued")]
        )


@activity.defn(name="begin_turn")
async def begin_turn(ref: TurnRef) -> None:
    """The agent works at the turn."""
    if await in_database(progress.begin, uuid.UUID(ref.turn_id)):
        await publish(ref.task_id, [TurnChanged(ref.turn_id, "running")])


@activity.defn(name="finish_turn")
async def finish_turn(finish: FinishTurn) -> list[dict[str, Any]]:
    """Ends the turn; returns its items as they are kept, with what had been said when it was cut short."""
    cost = finish.usage
    if finish.children:
        cost = await in_database(usage.with_children, uuid.UUID(finish.turn_id), cost, finish.children)
    if finish.status == "done" and _may_have_called(finish.items):
        closed = await in_database(
            open_calls.close,
            uuid.UUID(finish.turn_id),
            _outputs(finish.items),
            untold=finish.tool_results_unrecorded,
        )
        await publish(finish.task_id, _done(closed, finish.turn_id))
    finished = await in_database(
        progress.finish,
        uuid.UUID(finish.turn_id),
        finish.status,
        finish.error,
        finish.items,
        cost,
        finish.whole_calls,
    )
    events = _done(finished.messages, finish.turn_id)
    await publish(finish.task_id, [*events, TurnChanged(finish.turn_id, finish.status, error=finished.error)])
    return finished.items


def _done(messages: list[Message], turn_id: str) -> list[Event]:
    return [MessageDone(str(message.pk), turn_id) for message in messages]


def _may_have_called(items: list[dict[str, Any]]) -> bool:
    """A plain turn, which is most, is not asked. Of a workflow of an author's own no items are known."""
    return not items or any(str(item.get("type", "")).endswith("_call") for item in items)


def _outputs(items: list[dict[str, Any]]) -> dict[str, str]:
    outputs = (item for item in items if str(item.get("type", "")).endswith("_output"))
    return {str(item.get("call_id", "")): text_of(item.get("output")) for item in outputs}


@activity.defn(name="load_items")
async def load_items(turn_id: str) -> list[dict[str, Any]]:
    """The SDK input items of the conversation up to and with this turn."""
    return await in_database(branches.items_up_to, uuid.UUID(turn_id))
