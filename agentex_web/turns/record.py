"""Reads and writes of the record for workflows and authors' activities (record_calls.py).

All writes are idempotent. Schedules are in plan_record.py, memories in memory_record.py. The worker's side is
agentex_web/worker/activities/.
"""

from typing import Any

from agentex_web.turns.contents import TaskMessage
from agentex_web.turns.record_calls import perform, recorded
from agentex_web.turns.record_payloads import (
    AgentMemory,
    ChangeTask,
    CreateMessage,
    CreateTask,
    FinishTurn,
    Handoff,
    KeepSummary,
    ListMessages,
    SendMessage,
    SetState,
    StreamDelta,
    TakeBack,
    TakeIn,
    ToolCall,
    TurnMemory,
    TurnRef,
    UpdateMessage,
    WriteSpan,
)
from agentex_web.turns.task_payloads import TaskInfo, TaskState
from agentex_web.turns.wait_payloads import EventRef, FollowTask, OpenWait, Outcome, WaitRef

Json = dict[str, Any]


async def begin_turn(turn: TurnRef) -> None:
    """Marks the turn running."""
    await perform("begin_turn", turn, type(None))


async def queue_turn(turn: TurnRef) -> None:
    """Marks the turn queued: it waits for the turn before it."""
    await perform("queue_turn", turn, type(None))


async def finish_turn(finish: FinishTurn) -> list[Json]:
    """Ends the turn. Returns its SDK items as stored, including those from before a Stop or a failure."""
    return await perform("finish_turn", finish, list[Json])


async def load_items(turn_id: str) -> list[Json]:
    """Returns the SDK input items of the conversation up to and including this turn."""
    return await perform("load_items", turn_id, list[Json])


async def load_memory(turn_id: str) -> TurnMemory:
    """Returns what this turn and those before it pass to later turns, besides their items."""
    return await perform("load_memory", turn_id, TurnMemory)


async def load_agent_memory(memory: AgentMemory) -> TurnMemory:
    """Like ``load_memory``, but only for the turns that the agents of one file answered."""
    return await perform("load_agent_memory", memory, TurnMemory)


async def keep_summary(summary: KeepSummary) -> None:
    """Stores a summary of the turns before, and shows it in the turn."""
    await perform("keep_summary", summary, type(None))


async def tool_started(call: ToolCall) -> None:
    """Shows the tool call as running."""
    await perform("tool_started", call, type(None))


async def tool_ended(call: ToolCall) -> None:
    """Shows the tool call's result or failure."""
    await perform("tool_ended", call, type(None))


async def handed_off(handoff: Handoff) -> None:
    """Shows that another agent takes over."""
    await perform("handed_off", handoff, type(None))


async def take_back(taken: TakeBack) -> None:
    """Withdraws the model's messages of some of a turn's activities."""
    await perform("take_back", taken, type(None))


async def create_message(create: CreateMessage) -> str:
    """Writes a message for an agent's own code; returns its id."""
    return await perform("create_message", create, str)


async def update_message(update: UpdateMessage) -> None:
    """Replaces the text of a message.

    Raises:
        ApplicationError: the task has no such message.
    """
    await perform("update_message", update, type(None))


async def list_messages(which: ListMessages) -> list[TaskMessage]:
    """Returns the latest messages of the branch that is shown, oldest first."""
    return await recorded(perform("list_messages", which, list[TaskMessage]))


async def stream_delta(delta: StreamDelta) -> None:
    """Shows the next piece of a message that is being streamed."""
    await perform("stream_delta", delta, type(None))


async def get_state(task_id: str) -> TaskState:
    """Returns the task's state and its version."""
    return await recorded(perform("get_state", task_id, TaskState))


async def set_state(change: SetState) -> TaskState:
    """Replaces the task's state.

    Raises:
        ApplicationError: of type ``StateRefused``; the state has changed since it was read, or is too large.
    """
    return await perform("set_state", change, TaskState)


async def get_task(task_id: str) -> TaskInfo:
    """Returns the task's title, status, agent, owner and parameters."""
    return await recorded(perform("get_task", task_id, TaskInfo))


async def change_task(change: ChangeTask) -> None:
    """Changes the task's title or status."""
    await perform("change_task", change, type(None))


async def create_task(create: CreateTask) -> TaskInfo:
    """Creates a chat of the same person with another agent.

    Raises:
        ApplicationError: of type ``ChatRefused``.
    """
    return await perform("create_task", create, TaskInfo)


async def send_message(message: SendMessage) -> str:
    """Sends a message to a chat that this chat has created; returns the turn's id.

    Raises:
        ApplicationError: of type ``ChatRefused``.
    """
    return await perform("send_message", message, str)


async def write_span(span: WriteSpan) -> None:
    """Writes the beginning or the end of a span."""
    await perform("write_span", span, type(None))


async def take_in(taken: TakeIn) -> bool:
    """Moves a waiting message into the running turn. Returns False if the person has withdrawn it."""
    return await perform("take_in", taken, bool)


async def open_wait(wait: OpenWait) -> Outcome:
    """Opens a wait and shows its card. Returns the outcome, which may be known already."""
    return await perform("open_wait", wait, Outcome)


async def expire_wait(wait: WaitRef) -> Outcome:
    """Decides a wait by its default, because its deadline has passed. Returns the outcome: a person may have
    decided before.
    """
    return await perform("expire_wait", wait, Outcome)


async def follow_task(follow: FollowTask) -> None:
    """Opens a wait that is decided when a turn of another task ends."""
    await perform("follow_task", follow, type(None))


async def event_url(event: EventRef) -> str:
    """Returns the URL to which other systems report an event of the task."""
    return await perform("event_url", event, str)


async def open_event_wait(wait: OpenWait) -> Outcome:
    """Like ``open_wait``, for an event. Takes an event at once if one has already arrived."""
    return await perform("open_event_wait", wait, Outcome)
