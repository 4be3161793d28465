"""Schedules with a real Temporal: they follow the row, runs become chats, and overlaps are detected."""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.client import ScheduleDescription

from agentex_web.delivery.client import temporal_client
from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.schedules.next_runs import next_times
from agentex_web.schedules.times import comes_again
from agentex_web.tasks.models import Agent, Task
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until


def described(row: Schedule) -> ScheduleDescription:
    async def describe() -> ScheduleDescription:
        return await (await temporal_client()).get_schedule_handle(row.temporal_id).describe()

    return asyncio.run(describe())


def applied(row: Schedule) -> Schedule:
    def is_applied() -> bool:
        row.refresh_from_db()
        return row.applied == row.revision

    until(is_applied)
    return row


def trigger(row: Schedule) -> None:
    async def now() -> None:
        await (await temporal_client()).get_schedule_handle(row.temporal_id).trigger()

    asyncio.run(now())


def test_temporal_follows_the_row_and_a_run_waits_for_its_chat(stack: Stack, person: Person) -> None:
    stack.model.script(text("Good morning."), match="wake me", times=None)
    west, row = (
        Schedule.objects.create(
            owner=person.user, agent=Agent.objects.get(pk="haiku"), name="Dawn", prompt="wake me",
            cadence="cron", cron=cron, time_zone=zone,
        )
        for cron, zone in (("30 1 * 3,11 0", "America/New_York"), ("30 2 * 3,10 0", "Europe/Berlin"))
    )  # fmt: skip
    # Both compute the same times. On one of the Sundays the time does not exist, on another one it comes twice.
    for each in (west, row):
        theirs = [at.astimezone(UTC) for at in described(applied(each)).info.next_action_times]
        # In the west, Temporal starts a run for both; the second one is left out.
        due = [at for at in theirs if not comes_again(each.cron, each.time_zone, at)]
        assert len(due) == (9 if each is west else 10) and due == next_times(each, len(due))
    trigger(row)
    run = until(lambda: ScheduledRun.objects.filter(schedule=row).first())
    task = Task.objects.get(scheduled_run=run)
    assert task.title == "Dawn" and task.owner == person.user
    assert ended(last_turn(task)).status == "done"
    # The schedule's workflow was told of the end, so a next run would not overlap.
    until(lambda: not described(row).info.running_actions)
    Schedule.objects.filter(pk__in=(row.pk, west.pk)).delete()


def test_a_single_run_comes_at_its_time_and_a_pause_holds(stack: Stack, person: Person) -> None:
    stack.model.script(text("Now."), match="once and now", times=None)
    agent = Agent.objects.get(pk="haiku")
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    row, held = (
        Schedule.objects.create(
            owner=person.user, agent=agent, name=name, prompt="once and now", cadence="once", once_at=soon,
            paused=paused,
        )
        for name, paused in (("Soon", False), ("Held", True))
    )  # fmt: skip
    applied(held)
    run = until(lambda: ScheduledRun.objects.filter(schedule=row, task__isnull=False).first())
    assert run.due_at == soon and not run.by_hand
    assert ended(last_turn(run.task)).status == "done"
    assert not held.runs.exists()
    assert described(held).schedule.state.paused
