"""The schedules that agents plan for their person: reads and writes, as in record.py."""

from agentex_web.turns.record_calls import perform, recorded
from agentex_web.turns.schedule_payloads import ChangePlan, LocalTime, PlannedRuns, PlanRef, PlanRuns


async def plan_runs(plan: PlanRuns) -> PlannedRuns:
    """Creates a schedule for the task's owner.

    Raises:
        ApplicationError: of type ``ScheduleRefused``.
    """
    return await perform("plan_runs", plan, PlannedRuns)


async def list_plans(ref: PlanRef) -> list[PlannedRuns]:
    """Returns the schedules of the task's owner that belong to the task's agent."""
    return await recorded(perform("list_plans", ref, list[PlannedRuns]))


async def change_plan(change: ChangePlan) -> PlannedRuns:
    """Changes a schedule of the task's owner that belongs to the task's agent.

    Raises:
        ApplicationError: of type ``ScheduleRefused``.
    """
    return await perform("change_plan", change, PlannedRuns)


async def local_time(task_id: str) -> LocalTime:
    """Returns the current time of the task's owner."""
    return await recorded(perform("local_time", task_id, LocalTime))


async def delete_plan(ref: PlanRef) -> None:
    """Deletes a schedule of the task's owner that belongs to the task's agent."""
    await perform("delete_plan", ref, type(None))
