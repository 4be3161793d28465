"""Schedules that agents create for their chat's owner: ownership, limits and time zone."""

import uuid
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone

from agentex_web.chat.schedules.pages import _list, _schedule
from agentex_web.preferences.models import Preferences
from agentex_web.schedules import zones
from agentex_web.schedules.changing import ScheduleRefused
from agentex_web.schedules.models import Schedule
from agentex_web.schedules.times import BadTimes
from agentex_web.tasks.models import Task
from agentex_web.turns.schedule_payloads import ChangePlan, PlanRef, PlanRuns
from agentex_web.worker.activities.plans import _change, _create, _now, _schedules_of
from tests.support.own_chats import a_chat, an_agent, somebody

pytestmark = pytest.mark.django_db


def planned(task: Task, **fields: Any) -> Schedule:
    given = {"prompt": "What is new?", "name": "News", "cron": "0 8 * * *", **fields}
    return _create(PlanRuns(str(task.pk), given.pop("id", str(uuid.uuid4())), **given))


def change(task: Task, row: Schedule, **fields: Any) -> Schedule:
    return _change(ChangePlan(str(task.pk), str(row.pk), **fields))


def test_it_belongs_to_the_owner_and_is_shown_as_made_by_the_agent() -> None:
    task = a_chat(somebody())
    row = planned(task)
    assert (row.owner, row.planned_in, row.planned_by) == (task.owner, task, task.agent)
    request = RequestFactory().get("/schedules/")
    request.user, request.session = task.owner, SessionStore()
    assert "Scheduled by an agent" in _list(request).content.decode()
    page = _schedule(request, row.pk).content.decode()
    assert "Scheduled by an agent in" in page and f'href="{task.get_absolute_url()}"' in page
    task.delete()
    assert "Scheduled by an agent" in _schedule(request, row.pk).content.decode()


def test_repeating_it_makes_no_second_one() -> None:
    task, same = a_chat(somebody()), str(uuid.uuid4())
    assert planned(task, id=same) == planned(task, id=same)
    assert Schedule.objects.filter(owner=task.owner).count() == 1


def test_an_agent_reaches_only_what_is_its_own_and_its_owners() -> None:
    owner = somebody()
    agent = an_agent()
    task, later = a_chat(owner, agent=agent), a_chat(owner, agent=agent)
    row = planned(task)
    # The plan is also visible in another chat with the same agent.
    assert _schedules_of(PlanRef(str(later.pk))) == [row]
    stranger = a_chat(somebody())
    assert (
        _schedules_of(PlanRef(str(stranger.pk)))
        == _schedules_of(PlanRef(str(stranger.pk), str(row.pk)))
        == []
    )
    elsewhere = a_chat(owner)
    for task_of in (stranger, elsewhere):
        with pytest.raises(ScheduleRefused, match="There is no schedule"):
            change(task_of, row, paused=True)
    with pytest.raises(ScheduleRefused, match="There is no schedule"):
        _change(ChangePlan(str(task.pk), "no id at all", paused=True))
    row.refresh_from_db()
    assert not row.paused


def test_limits_hold(settings: Any) -> None:
    settings.AGENTEX_SCHEDULES = 1
    task = a_chat(somebody())
    planned(task)
    for fields in ({}, {"prompt": " "}, {"prompt": "x" * (settings.AGENTEX_MESSAGE_LENGTH + 1)}):
        with pytest.raises(ScheduleRefused):
            planned(task, **fields)
    settings.AGENTEX_SCHEDULES = 9
    for fields in (
        {"cron": "* * * * *"},
        {"at": "tomorrow 09:00"},
        {"cron": ""},
        {"cron": "", "at": "2020-01-01 09:00"},
        {"agent": "nobody"},
    ):
        with pytest.raises(ScheduleRefused):
            planned(task, **fields)
    with pytest.raises(ValueError, match="not a valid time"):
        planned(task, cron="", at="soon")
    assert Schedule.objects.filter(owner=task.owner).count() == 1


def test_times_are_meant_in_the_persons_zone() -> None:
    task = a_chat(somebody())
    assert str(_now(task).tzinfo) == "UTC"
    for _ in range(2):
        zones.note_zone(task.owner_id, "America/Lima")
    row = planned(task, cron="", at="tomorrow 09:00")
    assert row.once_at is not None and row.once_at.astimezone(UTC).hour == 14
    Preferences.objects.create(user=task.owner, time_zone="Asia/Tokyo")
    assert planned(task).time_zone == "Asia/Tokyo"
    assert planned(task, time_zone="Europe/Berlin").time_zone == "Europe/Berlin"


def test_it_is_changed() -> None:
    task = a_chat(somebody())
    row = planned(task)
    assert change(task, row, name="Later", prompt="And now?").cron == "0 8 * * *"
    once = change(task, row, at="in 2 days")
    assert (once.name, once.prompt, once.cadence, once.cron) == ("Later", "And now?", "once", "")
    assert once.once_at is not None and once.once_at - timezone.now() < timedelta(days=2)
    again = change(task, row, cron="30 7 * * 1-5", time_zone="Europe/Berlin", paused=True)
    assert (again.cadence, again.once_at, again.paused) == ("cron", None, True)
    assert again.revision == 4 and not change(task, row, paused=False).paused
    with pytest.raises(ScheduleRefused):
        change(task, row, cron="0 8 * * *", at="tomorrow 09:00")


def test_what_a_machine_without_its_time_zone_can_still_change() -> None:
    task = a_chat(somebody())
    row = planned(task)
    Schedule.objects.filter(pk=row.pk).update(time_zone="US/Lost")
    assert change(task, row, paused=True, name="Later").paused
    with pytest.raises(BadTimes, match="There is no time zone “US/Lost”"):
        change(task, row, cron="0 9 * * *")
    assert change(task, row, cron="0 9 * * *", time_zone="Europe/Berlin").cron == "0 9 * * *"


def test_a_person_without_an_account_any_more_leaves_nothing() -> None:
    owner = somebody()
    zones.note_zone(owner.pk, "Asia/Tokyo")
    User.objects.get(pk=owner.pk).delete()
    assert not zones.SeenZone.objects.filter(person_id=owner.pk).exists()
