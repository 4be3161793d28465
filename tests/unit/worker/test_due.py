"""The worker's duties run when there may be something to do, which one query tells."""

import asyncio
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agentex_web.accounts.models import AccountDeletion
from agentex_web.imports.models import Import
from agentex_web.push.models import Subscription
from agentex_web.schedules.models import Schedule, ScheduleDeletion
from agentex_web.tasks.models import Deletion, Task, Turn
from agentex_web.waits.models import Pause, Wait
from agentex_web.watches.models import FollowedTurn, Notice, TurnWatch
from agentex_web.worker import due, duties
from agentex_web.worker.due import Due
from tests.support.own_chats import a_chat, somebody

OF_OPEN_TURNS = ["The end of lost turns", "The end of deactivated accounts' turns"]


def all_duties() -> Due:
    return Due(
        {name: each.conditions for name, each in duties.DUTIES.items() if each.conditions}
        | {"The notifications": due.NOTIFICATIONS}
    )


@pytest.fixture
def quiet(db: None) -> Task:
    """A chat whose turn ended long ago."""
    task = a_chat(somebody())
    Task.objects.update(title_due=None)
    Turn.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    return task


def test_nothing_is_due_in_a_quiet_record(quiet: Task) -> None:
    Subscription.objects.create(person=quiet.owner, endpoint="x", session_key="k")
    found = all_duties()
    found.look()
    with CaptureQueriesContext(connection) as queries:
        assert found.look() == []
    assert len(queries) == 1


def test_each_row_that_a_duty_looks_for_wakes_it(quiet: Task) -> None:
    person, turn, now, seen = quiet.owner, Turn.objects.get(), timezone.now(), all_duties()

    def wakes(*names: str) -> None:
        assert set(seen.look()) == set(names)

    Turn.objects.update(status=Turn.Status.PENDING)
    wakes("The outbox", *OF_OPEN_TURNS)
    Turn.objects.update(status=Turn.Status.RUNNING)
    wakes(*OF_OPEN_TURNS)
    Subscription.objects.create(person=person, endpoint="x", session_key="k")
    Turn.objects.update(status=Turn.Status.DONE, finished_at=now)
    wakes("The suggestions", "The notifications")
    Turn.objects.update(finished_at=now - timedelta(hours=2))

    Task.objects.update(title_due=now)
    wakes("The titles")
    Task.objects.update(title_due=None, delete_at=now + timedelta(seconds=10))
    wakes("The deletions")
    Task.objects.update(delete_at=None, is_temporary=True, updated_at=now - timedelta(days=40))
    wakes("The deletions")
    Task.objects.update(is_temporary=False)

    for row, name in (
        (Pause(task=quiet, deliver_at=now), "The outbox"),
        (Deletion(), "The deletions"),
        (AccountDeletion(user=person), "The deletion of accounts"),
        (Schedule(owner=person, agent=quiet.agent, cadence="daily", cron="0 9 * * *"), "The schedules"),
        (ScheduleDeletion(schedule_id=uuid.uuid4()), "The schedules"),
        (Notice(turn=turn, person=person, mail_at=now), "The mail"),
        (TurnWatch(turn_id=turn.pk, workflow_id="w"), "The notification of watchers"),
    ):
        row.save()
        wakes(name)
        row.delete()
        # A deleted schedule leaves such a row.
        ScheduleDeletion.objects.all().delete()

    wait = Wait.objects.create(task=quiet, turn=turn, kind="form", workflow_id="w", deliver_at=now)
    wakes("The outbox", "The notifications")
    wait.status, wait.deliver_at, wait.remind_at = Wait.Status.WAITING, None, now + timedelta(hours=1)
    wait.save()
    Wait.objects.update(created_at=now - timedelta(hours=1))
    wakes("The mail")
    Wait.objects.update(remind_at=None)
    FollowedTurn.objects.create(wait=wait, turn_id=turn.pk)
    wakes("The notification of watchers")
    FollowedTurn.objects.all().delete()
    Import.objects.create(owner=person, agent=quiet.agent, name="x", status=Import.Status.RUNNING)
    wakes("The imports", "The second import at a time")


async def test_a_duty_sleeps_until_it_may_be_due(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, found = Due({"one": (), "other": ()}), asyncio.Event()

    async def in_database(_: object) -> list[str]:
        return ["one"] if found.is_set() else []

    monkeypatch.setattr(due, "in_database", in_database)
    monkeypatch.setattr(due, "LOOK_SECONDS", 0)
    watching = asyncio.create_task(seen.watch())
    one, other = (asyncio.create_task(seen.next(name, 0.0)) for name in ("one", "other"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not one.done()
    found.set()
    await one
    assert not other.done()
    monkeypatch.setattr(due, "LONGEST_SECONDS", 0)
    await seen.next("other", 0.0)
    for each in (watching, other):
        each.cancel()
