"""Schedules runs of agents: once at a later time, or repeatedly.

The schedules belong to the person who owns the chat, who sees and changes them at /schedules/. An agent sees
and changes the schedules that it has created in any chat of this person, and those that run it. The functions
work in workflows and in activities. With ``adk.schedule_tools`` the model can create schedules itself.
"""

import builtins
from datetime import datetime

from temporalio import workflow

from agentex_web.turns import plan_record, record
from agentex_web.turns.contents import TextContent
from agentex_web.turns.markdown_text import escaped
from agentex_web.turns.record_payloads import CreateMessage
from agentex_web.turns.running_activity import new_message
from agentex_web.turns.schedule_payloads import ChangePlan, PlannedRuns, PlanRef, PlanRuns

PATCH_SHOW_PLANS = "plans are shown"
"""Id of a workflow patch. Before it, the chat did not show what its agent had scheduled."""


async def create(
    task_id: str,
    prompt: str,
    *,
    name: str = "",
    cron: str = "",
    at: datetime | str | None = None,
    time_zone: str = "",
    agent: str = "",
) -> PlannedRuns:
    """Creates a schedule that sends a message to an agent, and shows it in the chat. Each run is a new chat.

    Args:
        task_id: the chat's task: ``turn.task.id``.
        prompt: the message.
        name: the schedule's name; by default the beginning of the message.
        cron: a cron expression of five fields, in ``time_zone``. Give either this or ``at``.
        at: the time of a single run: a ``datetime``, or a text such as ``tomorrow 09:00`` or
            ``in 20 minutes``. A time without a time zone is in ``time_zone``.
        time_zone: by default the person's time zone.
        agent: the name of an agent's file; by default the agent of this chat.

    Raises:
        ApplicationError: of type ``ScheduleRefused``; the text gives the reason.
    """
    planned = await plan(task_id, prompt, name, cron, _written(at), time_zone, agent)
    if not workflow.in_workflow() or workflow.patched(PATCH_SHOW_PLANS):
        note = f"Scheduled: [{escaped(planned.name)}]({planned.url}), {planned.when}"
        content = TextContent("system", note)
        await record.create_message(CreateMessage(task_id, content, key=f"plan/{planned.id}"))
    return planned


async def plan(
    task_id: str, prompt: str, name: str, cron: str, at: str, time_zone: str, agent: str = ""
) -> PlannedRuns:
    """Does what ``create`` does, without a note in the chat. For tools, whose card shows the schedule."""
    return await plan_record.plan_runs(PlanRuns(task_id, _new_id(), name, prompt, agent, cron, at, time_zone))


async def list(task_id: str) -> builtins.list[PlannedRuns]:
    """The person's schedules that this chat's agent has created, and those that run it."""
    return await plan_record.list_plans(PlanRef(task_id))


async def change(
    task_id: str,
    schedule_id: str,
    *,
    name: str | None = None,
    prompt: str | None = None,
    cron: str | None = None,
    at: datetime | str | None = None,
    time_zone: str | None = None,
    paused: bool | None = None,
) -> PlannedRuns:
    """Changes one of the schedules that ``list`` returns; None leaves a value unchanged.

    Args:
        cron, at: setting one of them replaces the other.
        paused: True stops all runs until it is set to False.

    Raises:
        ApplicationError: of type ``ScheduleRefused``; the text gives the reason.
    """
    moment = None if at is None else _written(at)
    return await plan_record.change_plan(
        ChangePlan(task_id, schedule_id, name, prompt, cron, moment, time_zone, paused)
    )


async def delete(task_id: str, schedule_id: str) -> None:
    """Deletes a schedule; does nothing if it does not exist. The chats of its runs are kept."""
    await plan_record.delete_plan(PlanRef(task_id, schedule_id))


async def now(task_id: str) -> datetime:
    """The current time in the person's time zone."""
    return datetime.fromisoformat((await plan_record.local_time(task_id)).now)


def _written(at: datetime | str | None) -> str:
    return at.isoformat() if isinstance(at, datetime) else at or ""


def _new_id() -> str:
    return str(workflow.uuid4() if workflow.in_workflow() else new_message().id_of("schedule"))
