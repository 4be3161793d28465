"""Ready-made tools with which the model schedules messages: “remind me tomorrow at nine”."""

from datetime import datetime
from typing import Literal

from agentex_web.adk import schedule
from agentex_web.turns import plan_record
from agentex_web.turns.running_activity import current_context
from agentex_web.turns.schedule_payloads import ChangePlan, PlannedRuns
from agentex_web.turns.tool_place import tool as options
from agents import function_tool


@options(timeout=60)
@function_tool
async def schedule_message(name: str, message: str, cron: str, at: str, time_zone: str) -> str:
    """Schedule a message to yourself, once later or on a cadence. Each run is a new chat of the user.

    Args:
        name: A short name for it.
        message: What you will be asked then. Say all that you need to know; you will not see this chat.
        cron: For a cadence: minute, hour, day of the month, month, day of the week. Else empty.
        at: For a single run, in the user's time: "tomorrow 09:00", "monday 09:00", "in 20 minutes" or
            "2030-01-31 09:00". Else empty.
        time_zone: Empty for the user's; another one only if they name it, as Europe/Berlin.
    """
    planned = await schedule.plan(_task_id(), message, name, cron, at, time_zone)
    return f"Scheduled: {planned.name}, {planned.when}. Next run: {_next(planned)}."


@options(timeout=60)
@function_tool
async def list_schedules() -> str:
    """List what is scheduled for the user with you, with the ids, and tell the present date and time."""
    time = await plan_record.local_time(_task_id())
    now = datetime.fromisoformat(time.now)
    lines = [f"It is {now:%A, %d %B %Y, %H:%M} ({time.time_zone})."]
    for each in await schedule.list(_task_id()):
        state = "paused" if each.paused else f"next run: {_next(each)}"
        lines.append(f"- {each.id}: {each.name}, {each.when}, {state}. Message: {each.prompt[:200]}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "Nothing is scheduled."])


@options(timeout=60)
@function_tool
async def change_schedule(
    schedule_id: str,
    do: Literal["pause", "resume", "cancel", "edit"],
    name: str,
    message: str,
    cron: str,
    at: str,
) -> str:
    """Change or cancel something that is scheduled.

    Args:
        schedule_id: Its id, from list_schedules.
        do: What to do with it.
        name: To edit: another name. Else empty.
        message: To edit: another message. Else empty.
        cron: To edit: another cadence. Else empty.
        at: To edit: another time for a single run. Else empty.
    """
    task_id = _task_id()
    if do == "cancel":
        if schedule_id not in [each.id for each in await schedule.list(task_id)]:
            return f"There is no schedule {schedule_id}."
        await schedule.delete(task_id, schedule_id)
        return "It is cancelled."
    paused = {"pause": True, "resume": False}.get(do)
    edited = (name or None, message or None, cron or None, at or None) if do == "edit" else (None,) * 4
    planned = await plan_record.change_plan(ChangePlan(task_id, schedule_id, *edited, paused=paused))
    state = "It is paused" if planned.paused else f"Next run: {_next(planned)}"
    return f"Changed: {planned.name}, {planned.when}. {state}."


tools = [schedule_message, list_schedules, change_schedule]


def _task_id() -> str:
    context = current_context()
    return context.task_id if context is not None else ""


def _next(planned: PlannedRuns) -> str:
    return planned.next_at or "none"
