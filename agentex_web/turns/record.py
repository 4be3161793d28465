"""Reads and writes of the record for workflows and authors' activities.

In a workflow, each function schedules a local activity by name. In an activity, the same function calls the
implementation that the worker bound when the activity began. So this module needs no database, and neither do
the workflows and agents that import it. The worker's side is agentex_web/worker/activities/.

All writes are idempotent.
"""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow

from agentex_web.turns import opening
from agentex_web.turns.contents import TaskMessage
from agentex_web.turns.options import RECORD
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
from agentex_web.turns.running_activity import running_activity
from agentex_web.turns.schedule_payloads import ChangePlan, LocalTime, PlannedRuns, PlanRef, PlanRuns
from agentex_web.turns.task_payloads import TaskInfo, TaskState
from agentex_web.turns.wait_payloads import EventRef, FollowTask, OpenWait, Outcome, WaitRef

Json = dict[str, Any]
R = TypeVar("R")


async def begin_turn(turn: TurnRef) -> None:
    """Marks the turn running."""
    await _perform("begin_turn", turn, type(None))


async def queue_turn(turn: TurnRef) -> None:
    """Marks the turn queued: it waits for the turn before it."""
    await _perform("queue_turn", turn, type(None))


async def finish_turn(finish: FinishTurn) -> list[Json]:
    """Ends the turn. Returns its SDK items as stored, including those from before a Stop or a failure."""
    return await _perform("finish_turn", finish, list[Json])


async def load_items(turn_id: str) -> list[Json]:
    """Returns the SDK input items of the conversation up to and including this turn."""
    return await _perform("load_items", turn_id, list[Json])


async def load_memory(turn_id: str) -> TurnMemory:
    """Returns what this turn and those before it pass to later turns, besides their items."""
    return await _perform("load_memory", turn_id, TurnMemory)


async def load_agent_memory(memory: AgentMemory) -> TurnMemory:
    """Like ``load_memory``, but only for the turns that the agents of one file answered."""
    return await _perform("load_agent_memory", memory, TurnMemory)


async def keep_summary(summary: KeepSummary) -> None:
    """Stores a summary of the turns before, and shows it in the turn."""
    await _perform("keep_summary", summary, type(None))


async def tool_started(call: ToolCall) -> None:
    """Shows the tool call as running."""
    await _perform("tool_started", call, type(None))


async def tool_ended(call: ToolCall) -> None:
    """Shows the tool call's result or failure."""
    await _perform("tool_ended", call, type(None))


async def handed_off(handoff: Handoff) -> None:
    """Shows that another agent takes over."""
    await _perform("handed_off", handoff, type(None))


async def take_back(taken: TakeBack) -> None:
    """Withdraws the model's messages of some of a turn's activities."""
    await _perform("take_back", taken, type(None))


async def create_message(create: CreateMessage) -> str:
    """Writes a message for an agent's own code; returns its id."""
    return await _perform("create_message", create, str)


async def update_message(update: UpdateMessage) -> None:
    """Replaces the text of a message.

    Raises:
        ApplicationError: the task has no such message.
    """
    await _perform("update_message", update, type(None))


async def list_messages(which: ListMessages) -> list[TaskMessage]:
    """Returns the latest messages of the branch that is shown, oldest first."""
    return await _recorded(_perform("list_messages", which, list[TaskMessage]))


async def stream_delta(delta: StreamDelta) -> None:
    """Shows the next piece of a message that is being streamed."""
    await _perform("stream_delta", delta, type(None))


async def get_state(task_id: str) -> TaskState:
    """Returns the task's state and its version."""
    return await _recorded(_perform("get_state", task_id, TaskState))


async def set_state(change: SetState) -> TaskState:
    """Replaces the task's state.

    Raises:
        ApplicationError: of type ``StateRefused``; the state has changed since it was read, or is too large.
    """
    return await _perform("set_state", change, TaskState)


async def get_task(task_id: str) -> TaskInfo:
    """Returns the task's title, status, agent, owner and parameters."""
    return await _recorded(_perform("get_task", task_id, TaskInfo))


async def change_task(change: ChangeTask) -> None:
    """Changes the task's title or status."""
    await _perform("change_task", change, type(None))


async def create_task(create: CreateTask) -> TaskInfo:
    """Creates a chat of the same person with another agent.

    Raises:
        ApplicationError: of type ``ChatRefused``.
    """
    return await _perform("create_task", create, TaskInfo)


async def send_message(message: SendMessage) -> str:
    """Sends a message to a chat that this chat has created; returns the turn's id.

    Raises:
        ApplicationError: of type ``ChatRefused``.
    """
    return await _perform("send_message", message, str)


async def write_span(span: WriteSpan) -> None:
    """Writes the beginning or the end of a span."""
    await _perform("write_span", span, type(None))


async def take_in(taken: TakeIn) -> bool:
    """Moves a waiting message into the running turn. Returns False if the person has withdrawn it."""
    return await _perform("take_in", taken, bool)


async def open_wait(wait: OpenWait) -> Outcome:
    """Opens a wait and shows its card. Returns the outcome, which may be known already."""
    return await _perform("open_wait", wait, Outcome)


async def expire_wait(wait: WaitRef) -> Outcome:
    """Decides a wait by its default, because its deadline has passed. Returns the outcome: a person may have
    decided before.
    """
    return await _perform("expire_wait", wait, Outcome)


async def follow_task(follow: FollowTask) -> None:
    """Opens a wait that is decided when a turn of another task ends."""
    await _perform("follow_task", follow, type(None))


async def plan_runs(plan: PlanRuns) -> PlannedRuns:
    """Creates a schedule for the task's owner.

    Raises:
        ApplicationError: of type ``ScheduleRefused``.
    """
    return await _perform("plan_runs", plan, PlannedRuns)


async def list_plans(ref: PlanRef) -> list[PlannedRuns]:
    """Returns the schedules of the task's owner that belong to the task's agent."""
    return await _recorded(_perform("list_plans", ref, list[PlannedRuns]))


async def change_plan(change: ChangePlan) -> PlannedRuns:
    """Changes a schedule of the task's owner that belongs to the task's agent.

    Raises:
        ApplicationError: of type ``ScheduleRefused``.
    """
    return await _perform("change_plan", change, PlannedRuns)


async def local_time(task_id: str) -> LocalTime:
    """Returns the current time of the task's owner."""
    return await _recorded(_perform("local_time", task_id, LocalTime))


async def delete_plan(ref: PlanRef) -> None:
    """Deletes a schedule of the task's owner that belongs to the task's agent."""
    await _perform("delete_plan", ref, type(None))


async def event_url(event: EventRef) -> str:
    """Returns the URL to which other systems report an event of the task."""
    return await _perform("event_url", event, str)


async def open_event_wait(wait: OpenWait) -> Outcome:
    """Like ``open_wait``, for an event. Takes an event at once if one has already arrived."""
    return await _perform("open_event_wait", wait, Outcome)


async def _perform(name: str, argument: object, result: type[R]) -> R:
    if workflow.in_workflow():
        found: R = await workflow.execute_local_activity(name, argument, result_type=result, **RECORD)
        return found
    running = running_activity()
    if running is None or name not in running.record:
        raise RuntimeError(
            f"{name} was called outside a workflow and outside an activity of AgentexWorker, "
            "which alone can reach the record."
        )
    written: R = await running.record[name](argument)
    return written


async def _recorded(reading: Awaitable[R]) -> R:
    """Awaits a read. Its result is in the workflow's history before the workflow can act on it.

    Temporal stores the results of local activities only at the end of a workflow task. If the worker dies
    before that, all local activities of the task run again, and the repeated read would see the writes that
    followed the first one. Waiting for a timer ends the workflow task.
    """
    found = await reading
    if workflow.in_workflow():
        with opening.busy():
            await workflow.sleep(timedelta(milliseconds=1))
    return found
