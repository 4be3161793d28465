"""Views that change a person's schedules. They commit each change, then update Temporal in the background."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agentex_web.actions.refused import Refused
from agentex_web.background import for_task, in_background
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import limited, refusal
from agentex_web.chat.schedules.access import get_schedule_for_user
from agentex_web.chat.schedules.forms import ScheduleForm
from agentex_web.delivery.messages import hand_over
from agentex_web.limits.people import count_message
from agentex_web.schedules import changing
from agentex_web.schedules.changing import ScheduleRefused
from agentex_web.schedules.firing import Begun, begin_run
from agentex_web.schedules.models import Schedule
from agentex_web.schedules.temporal import update_temporal
from agentex_web.tasks.threads import in_database


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def new(request: HttpRequest) -> HttpResponse:
    """The form for a new schedule; POST creates it."""
    made = await in_database(_new, request)
    return made if isinstance(made, HttpResponse) else _changed(made.pk, made.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def edit(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """The form of an existing schedule; POST changes it."""
    made = await in_database(_edit, request, schedule_id)
    return made if isinstance(made, HttpResponse) else _changed(made.pk, made.get_absolute_url())


@require_POST
@signed_in
async def pause(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Pauses the schedule; resumes it if ``paused`` is empty."""
    row = await in_database(_pause, request, schedule_id)
    return _changed(row.pk, row.get_absolute_url())


@require_POST
@signed_in
async def skip(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Skips the run that is due ``at`` a time; restores it if ``skipped`` is empty."""
    try:
        row = await in_database(_skip, request, schedule_id)
    except Refused as refused:
        return await refusal(request, refused)
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
@signed_in
async def delete(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Deletes the schedule. The chats of its runs stay."""
    await in_database(_delete, request, schedule_id)
    return _changed(schedule_id, reverse("schedules:list"))


@require_POST
@signed_in
@limited(count_message)
async def run_now(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Starts a run now, and opens its chat."""
    begun = await in_database(_run_now, request, schedule_id)
    if begun.accepted is None or begun.run.task is None:
        return HttpResponseRedirect(begun.run.schedule.get_absolute_url())
    for_task(begun.accepted.task_id, hand_over(begun.accepted))
    return HttpResponseRedirect(begun.run.task.get_absolute_url())


def _changed(schedule_id: uuid.UUID, address: str) -> HttpResponse:
    in_background(update_temporal(schedule_id), f"Schedule {schedule_id}: bringing it to Temporal")
    return HttpResponseRedirect(address)


def _new(request: HttpRequest) -> HttpResponse | Schedule:
    owner = person(request)
    # The browser's time zone, from its cookie (languages/choice.py).
    initial = {"time_zone": timezone.get_current_timezone_name(), **request.GET.dict()}
    form = ScheduleForm(request.POST if request.method == "POST" else None, owner=owner, initial=initial)
    if not form.is_valid():
        return _form(request, form)
    schedule_id = _uuid(request.POST.get("id", "")) or uuid.uuid4()
    try:
        return changing.create(Schedule(pk=schedule_id, owner=owner, **form.row()))
    except ScheduleRefused as refused:
        form.add_error(None, str(refused))
        return _form(request, form)


def _edit(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse | Schedule:
    row = get_schedule_for_user(request.user, schedule_id)
    form = ScheduleForm(
        request.POST if request.method == "POST" else None, owner=person(request), schedule=row
    )
    if not form.is_valid():
        return _form(request, form, row)
    try:
        changing.change(row, **form.row())
    except ScheduleRefused as refused:
        form.add_error(None, str(refused))
        return _form(request, form, row)
    return row


def _form(request: HttpRequest, form: ScheduleForm, row: Schedule | None = None) -> HttpResponse:
    context = {"form": form, "schedule": row, "new_id": uuid.uuid4()}
    return render(request, "schedules/form.html", context, status=400 if form.errors else 200)


def _pause(request: HttpRequest, schedule_id: uuid.UUID) -> Schedule:
    row = get_schedule_for_user(request.user, schedule_id)
    changing.pause(row, paused=bool(request.POST.get("paused")))
    return row


def _skip(request: HttpRequest, schedule_id: uuid.UUID) -> Schedule:
    row = get_schedule_for_user(request.user, schedule_id)
    try:
        changing.skip_run(row.pk, _moment(request), skipped=bool(request.POST.get("skipped")))
    except ScheduleRefused as refused:
        raise Refused(str(refused)) from None
    return row


def _moment(request: HttpRequest) -> datetime:
    try:
        found = parse_datetime(request.POST.get("at", ""))
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise Refused(gettext("This page is out of date. Reload it."))
    return found


def _delete(request: HttpRequest, schedule_id: uuid.UUID) -> None:
    row = get_schedule_for_user(request.user, schedule_id)
    row.delete()
    messages.success(
        request, gettext("“%(name)s” was deleted. Its chats are still there.") % {"name": row.name}
    )


def _run_now(request: HttpRequest, schedule_id: uuid.UUID) -> Begun:
    row = get_schedule_for_user(request.user, schedule_id)
    # Derived from the schedule's id, so that a request cannot name a run or chat of someone else.
    run_id = uuid.uuid5(row.pk, str(_uuid(request.POST.get("run", "")) or uuid.uuid4()))
    begun = begin_run(row.pk, timezone.now(), run_id)
    if begun.run.error:
        messages.error(request, begun.run.error)
    return begun


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
