"""Plans runs of agents: once later, or on a cadence.

They are schedules of the person whose chat it is, who sees and changes them at /schedules/. The functions
work in workflows and in activities. ``tool`` lets the model plan by itself.
"""

import builtins
from datetime import datetime

from temporalio import workflow

from agentex_web.turns import record
from agentex_web.turns.context import current_context, new_message
from agentex_web.turns.schedule_payloads import PlannedRuns, PlanRef, PlanRuns
from agentex_web.turns.tool_place import tool as options
from agents import function_tool


async def create(
    task_id: str,
    prompt: str,
    *,
    name: str = "",
    cron: str = "",
    at: datetime | None = None,
    time_zone: str = "UTC",
    agent: str = "",
) -> PlannedRuns:
    """Plans that an agent is given a message. Each run is a chat of its own.

    Args:
        task_id: of the chat: ``turn.task.id``.
        prompt: the message.
        name: of the schedule; by default what the message begins with.
        cron: five fields, in ``time_zone``; or else
        at: a moment with a time zone, for a single run.
        agent: the name of an agent's file; by default the agent of this chat.

    Raises:
        ApplicationError: of type ``ScheduleRefused``; the text says why.
    """
    moment = at.isoformat() if at is not None else ""
    plan = PlanRuns(task_id, _new_id(), name, prompt, agent, cron, moment, time_zone)
    return await record.plan_runs(plan)


async def list(task_id: str) -> builtins.list[PlannedRuns]:
    """The schedules that agents of this chat have made."""
    return await record.list_plans(PlanRef(task_id))


async def delete(task_id: str, schedule_id: str) -> None:
    """Deletes a schedule that this chat has made; one that is gone is no error."""
    await record.delete_plan(PlanRef(task_id, schedule_id))


@options(timeout=60)
@function_tool(name_override="schedule_message")
async def tool(name: str, message: str, cron: str, at: str, time_zone: str) -> str:
    """Schedule a message to yourself, once later or on a cadence. Each run is a new chat of the user.

    Args:
        name: A short name for it.
        message: What you will be asked then. Say all that you need to know; you will not see this chat.
        cron: For a cadence: minute, hour, day of the month, month, day of the week. Else empty.
        at: For a single run: a date and time with its offset, as 2030-01-31T08:00:00+01:00. Else empty.
        time_zone: Of the cadence, as Europe/Berlin.
    """
    context = current_context()
    task_id = context.task_id if context is not None else ""
    moment = datetime.fromisoformat(at) if at else None
    planned = await create(task_id, message, name=name, cron=cron, at=moment, time_zone=time_zone or "UTC")
    return f"Scheduled: {planned.name}, {planned.when}. Next run: {planned.next_at or 'none'}."


def _new_id() -> str:
    return str(workflow.uuid4() if workflow.in_workflow() else new_message().id_of("schedule"))
