"""Admin pages for tasks: a list with statuses, and a page per task with its turns and the actions."""

import json
import uuid
from collections.abc import AsyncIterator, Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.acts import acts_for, acts_of
from agentex_web.oversight.admin.words import chip, paused_chip
from agentex_web.oversight.confirming import admin_actions
from agentex_web.oversight.figures import Figures, figures_by_task, questions
from agentex_web.oversight.listing import QuickList
from agentex_web.oversight.searching import HELP, Searches, tasks_with
from agentex_web.oversight.status import Standing, asks_somebody, is_paused, of_standing, standing
from agentex_web.oversight.templatetags.oversight import duration, moment, thousands
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import workflow_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.exporting import EXPORTED, task_as_json
from agentex_web.tasks.models import Task
from agentex_web.tasks.permissions import may_read_messages
from agentex_web.tasks.reading_log import log_reading
from agentex_web.tasks.threads import in_database

TURNS = 50
"""Limit on the turns that a task's page shows (the latest); the list of turns has them all."""
ENTRIES = 10
"""Limit on the log entries that a task's page shows."""


class StandingFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return Standing.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        wanted = str(self.value())
        return queryset.filter(of_standing(Standing(wanted))) if wanted in Standing.values else queryset


@admin.register(Task)
class TaskAdmin(LogsReading, HidesContent, ReadOnly, Searches, QuickList, admin.ModelAdmin[Task]):
    large = ("state", "head__items", "head__context", "head__summary")
    list_display = (
        "name",
        "shown_status",
        "agent",
        "owner",
        "turns",
        "tokens",
        "took",
        "active",
    )
    list_filter = (StandingFilter, "agent")
    # Other columns have no index.
    sortable_by = ("active",)
    list_select_related = ("agent", "owner", "head", "pause")
    search_help_text = HELP
    content_fields = ("state", "parameters")
    date_hierarchy = "updated_at"
    ordering = ("-updated_at",)
    empty_value_display = ""

    def get_urls(self) -> list[Any]:
        own = path(
            "<uuid:task_id>/export/", self.admin_site.admin_view(self.export_one), name="tasks_task_export"
        )
        return [own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        rows: QuerySet[Task] = super().get_queryset(request).annotate(asks=asks_somebody())
        return rows

    def condition(self, request: HttpRequest, term: str) -> Q:
        return tasks_with(request, term)

    def decorate(self, request: HttpRequest, rows: list[Any]) -> None:
        figures = figures_by_task([task.pk for task in rows])
        reads = may_read_messages(request.user)
        asked = questions([task.head_id for task in rows if task.head_id and reads])
        for task in rows:
            task.figures = figures.get(task.pk, Figures())
            task.question = asked.get(task.head_id, "")
            task.shown_error = task.head.error[:160] if reads and task.head is not None else ""

    @admin.display(description=_("task"), ordering="title")
    def name(self, task: Any) -> SafeString:
        title = str(task.title or _("Untitled chat"))
        lines = [format_html('<span class="row-title" dir="auto">{}</span>', title)]
        if task.question and not task.question.startswith(title[:40]):
            lines.append(format_html('<span class="row-question" dir="auto">{}</span>', task.question))
        if task.shown_error:
            lines.append(format_html('<span class="row-error">{}</span>', task.shown_error))
        return SafeString(" ".join(lines))

    @admin.display(description=_("status"))
    def shown_status(self, task: Task) -> SafeString:
        chips = [chip(standing(task)), *([paused_chip()] if is_paused(task) else [])]
        return SafeString(" ".join(chips))

    @admin.display(description=_("turns"))
    def turns(self, task: Any) -> str:
        return str(task.figures.turns)

    @admin.display(description=_("tokens"))
    def tokens(self, task: Any) -> str:
        return thousands(task.figures.tokens)

    @admin.display(description=_("duration"))
    def took(self, task: Any) -> str:
        return duration(task.figures.seconds)

    @admin.display(description=_("last activity"), ordering="updated_at")
    def active(self, task: Task) -> str:
        moments = [task.updated_at]
        if task.head is not None:
            moments += [each for each in (task.head.started_at, task.head.finished_at) if each]
        return moment(max(moments))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = {name: each for name, each in admin_actions().items() if name in self._act_names(request)}
        if may_read_messages(request.user):
            found["export"] = (_export_many, "export", _("Export as JSON"))
        return found

    def _act_names(self, request: HttpRequest) -> set[str]:
        return {act.name for act in acts_of(request.user)}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        task = self._task(request, object_id)
        reads = may_read_messages(request.user)
        if reads and request.method == "GET":
            _log_reading(request, task)
        turns = list(task.turns.defer("items", "context", "summary").order_by("-created_at")[:TURNS])
        asked = questions([turn.pk for turn in turns])
        rows = [(turn, asked.get(turn.pk, "")) for turn in reversed(turns)]
        figures = figures_by_task([task.pk]).get(task.pk, Figures())
        log = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Task), object_id=str(task.pk)
        ).select_related("user")[:ENTRIES]
        context = {
            **self.admin_site.each_context(request),
            "title": str(task),
            "opts": self.opts,
            "original": task,
            "media": self.media,
            "task": task,
            "standing": standing(task),
            "figures": figures,
            "rows": rows,
            "has_more": figures.turns > len(rows),
            "reads": reads,
            "acts": acts_for(request.user, task),
            "is_paused": is_paused(task),
            "workflow": workflow_link(task),
            "log": log,
            "state": _pretty(task.state) if reads else "",
            "parameters": _pretty(task.parameters) if reads else "",
            "turns_url": f"{reverse('admin:tasks_turn_changelist')}?task__id__exact={task.pk}",
        }
        return TemplateResponse(request, "oversight/task.html", context)

    def _task(self, request: HttpRequest, object_id: str) -> Task:
        if not self.has_view_permission(request) or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        try:
            key = uuid.UUID(object_id)
        except ValueError:
            raise Http404("There is no such task.") from None
        tasks = Task.objects.select_related("agent", "owner", "head").annotate(asks=asks_somebody())
        task = tasks.filter(pk=key).first()
        if task is None:
            raise Http404("There is no such task.")
        return task

    def export_one(self, request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
        """Exports the task with its turns and messages, as one JSON file."""
        task = self._task(request, str(task_id))
        if not may_read_messages(request.user):
            raise PermissionDenied
        _log_reading(request, task)
        return HttpResponse(_as_text(task), "application/json", headers=_as_file(f"task-{task.pk}.json"))


def _export_many(_page: Any, request: HttpRequest, chosen: QuerySet[Task]) -> Any:
    """Exports the selected tasks as one JSON list, which is generated while it is sent."""
    if not may_read_messages(request.user):
        raise PermissionDenied
    tasks = list(chosen.select_related("agent", "owner").order_by("-updated_at")[:EXPORTED])
    for task in tasks:
        _log_reading(request, task)

    async def parts() -> AsyncIterator[str]:
        yield "[\n"
        for number, task in enumerate(tasks):
            yield (",\n" if number else "") + await in_database(_as_text, task)
        yield "\n]\n"

    return StreamingHttpResponse(parts(), content_type="application/json", headers=_as_file("tasks.json"))


def _as_text(task: Task) -> str:
    return json.dumps(task_as_json(task, is_staff=True), ensure_ascii=False, indent=1)


def _log_reading(request: HttpRequest, task: Task) -> None:
    if isinstance(request.user, User):
        log_reading(request.user, task)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)[:200_000] if value else ""
