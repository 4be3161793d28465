"""Pages of a person's schedules: the list, one schedule, and a preview of the next runs for the form."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agentex_web.chat.access import signed_in
from agentex_web.chat.schedules.access import get_schedule_for_user, schedules_of
from agentex_web.chat.schedules.forms import TimesForm
from agentex_web.chat.schedules.views import HISTORY, ScheduleView, run_views, view_of, with_turns
from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.tasks.threads import in_database


@require_safe
@never_cache
@signed_in
async def schedules(request: HttpRequest) -> HttpResponse:
    """The person's schedules, with the next run of each."""
    return await in_database(_list, request)


@require_safe
@never_cache
@signed_in
async def schedule(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """One schedule: what it does, its next runs and its history."""
    return await in_database(_schedule, request, schedule_id)


@require_POST
@signed_in
async def preview(request: HttpRequest) -> HttpResponse:
    """The next runs according to a form that is being filled in."""
    return await in_database(_preview, request)


def _list(request: HttpRequest) -> HttpResponse:
    rows = list(schedules_of(request.user).defer("prompt"))
    latest = _latest_runs(rows)
    views = [view_of(row, latest.get(row.pk)) for row in rows]
    # Sorted by the next run; paused and finished schedules come last.
    views.sort(key=lambda view: (view.next is None, view.next and view.next.timestamp(), view.schedule.name))
    return render(request, "schedules/list.html", {"views": views})


def _latest_runs(rows: list[Schedule]) -> dict[uuid.UUID, Any]:
    """The latest run of each schedule. Makes two queries."""
    newest = ScheduledRun.objects.filter(schedule=OuterRef("pk")).order_by("-due_at").values("pk")[:1]
    ids = Schedule.objects.filter(pk__in=[row.pk for row in rows]).values_list(Subquery(newest), flat=True)
    runs = with_turns(ScheduledRun.objects.filter(pk__in=[each for each in ids if each]))
    return {each.run.schedule_id: each for each in run_views(list(runs))}


def _schedule(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    row = get_schedule_for_user(request.user, schedule_id)
    pages = Paginator(with_turns(row.runs.all()), HISTORY)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "view": view_of(row),
        "runs": run_views(list(page.object_list)),
        "page": page,
        "run_id": uuid.uuid4(),
    }
    return render(request, "schedules/schedule.html", context)


def _preview(request: HttpRequest) -> HttpResponse:
    form = TimesForm(request.POST)
    view: ScheduleView | None = None
    if form.is_valid():
        times = ("cadence", "cron", "once_at", "time_zone")
        view = view_of(Schedule(**{name: form.cleaned_data[name] for name in times}))
    # Fields that are still missing are reported when the form is saved.
    errors = form.errors.get("cron") if request.POST.get("cron") else None
    return render(request, "schedules/_preview.html", {"view": view, "errors": errors})
