"""Decides who may see a schedule: its owner. Others get a 404, so that they do not learn that it exists."""

import uuid

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import Http404

from agentex_web.schedules.models import Schedule


def schedules_of(user: User | AnonymousUser) -> QuerySet[Schedule]:
    """The schedules that this person may see and change: their own."""
    rows = Schedule.objects.filter(owner_id=user.pk) if user.pk is not None else Schedule.objects.none()
    return rows.select_related("agent", "planned_in", "planned_by")


def get_schedule_for_user(user: User | AnonymousUser, schedule_id: uuid.UUID) -> Schedule:
    """Returns a schedule, if it is the person's own.

    Raises:
        Http404: the schedule does not exist or belongs to someone else.
    """
    schedule = schedules_of(user).filter(pk=schedule_id).first()
    if schedule is None:
        raise Http404("There is no such schedule.")
    return schedule
