"""Plans runs of agents: once later, or on a cadence.

They are schedules of the person whose chat it is, who sees and changes them at /schedules/. An agent sees and
changes those that it has made, in whatever chat of the person, and those that run it. The functions work in
workflows and in activities. ``adk.schedule_tools`` let the model plan by itself.
"""

import builtins
from datetime import datetime

from temporalio import workflow

from agentex_web.turns import record
from agentex_web.turns.context import new_message
from agentex_web.turns.payloads import CreateMessage, TextContent
from agentex_web.turns.schedule_payloads import ChangePlan, PlannedRuns, PlanRef, PlanRuns

PATCH = "plans are shown"
"""Temporal's id of the change. Before, nothing in the chat showed what its agent planned."""


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
    """Plans that an agent is given a message, and shows that in the chat. Each run is a chat of its own.

    Args:
        task_id: of the chat: ``turn.task.id``.
        prompt: the message.
        name: of the schedule; by default what the message begins with.
        cron: five fields, in ``time_zone``; or else
        at: a moment, for a single run: a ``datetime``, or a text such as ``tomorrow 09:00`` or
            ``in 20 minutes``. Without a time zone of its own, it is meant in ``time_zone``.
        time_zone: by default the person's.
        agent: the name of an agent's file; by default the agent of this chat.

    Raises:
        ApplicationError: of type ``ScheduleRefused``; the text says why.
    """
    planned = await plan(task_id, prompt, name, cron, _written(at), time_zone, agent)
    if not workflow.in_workflow() or workflow.patched(PATCH):
        note = f"Scheduled: [{_plain(planned.name)}]({planned.url}), {planned.when}"
        content = TextContent("system", note)
        await record.create_message(CreateMessage(task_id, content, key=f"plan/{planned.id}"))
    return planned


async def plan(
    task_id: str, prompt: str, name: str, cron: str, at: str, time_zone: str, agent: str = ""
) -> PlannedRuns:
    """As ``create``, without a note in the chat: for tools, whose card is one."""
    return await record.plan_runs(PlanRuns(task_id, _new_id(), name, prompt, agent, cron, at, time_zone))


async def list(task_id: str) -> builtins.list[PlannedRuns]:
    """The person's schedules that this chat's agent has made, and those that run it."""
    return await record.list_plans(PlanRef(task_id))


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
    """Changes one of those; what is not given stays as it is.

    Args:
        cron, at: one takes the other's place.
        paused: True: nothing runs until it is changed to False.

    Raises:
        ApplicationError: of type ``ScheduleRefused``; the text says why.
    """
    moment = None if at is None else _written(at)
    return await record.change_plan(
        ChangePlan(task_id, schedule_id, name, prompt, cron, moment, time_zone, paused)
    )


async def delete(task_id: str, schedule_id: str) -> None:
    """Deletes one of those; one that is gone is no error. The chats of its runs stay."""
    await record.delete_plan(PlanRef(task_id, schedule_id))


async def now(task_id: str) -> datetime:
    """What time it is for the person, in their time zone."""
    return datetime.fromisoformat((await record.local_time(task_id)).now)


def _written(at: datetime | str | None) -> str:
    return at.isoformat() if isinstance(at, datetime) else at or ""


def _plain(name: str) -> str:
    return "".join(each for each in name if each not in "[]\\")


def _new_id() -> str:
    return str(workflow.uuid4() if workflow.in_workflow() else new_message().id_of("schedule"))
