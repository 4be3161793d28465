"""Admin pages for schedules and their runs. Prompts and names are hidden in the same way as messages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.admin.words import paused_chip
from agentex_web.oversight.listing import QuickList
from agentex_web.oversight.templatetags.oversight import moment
from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.schedules.times import in_words
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import chat_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.permissions import may_read_messages


@admin.register(Schedule)
class ScheduleAdmin(HidesContent, ReadOnly, QuickList, admin.ModelAdmin[Schedule]):
    """Staff can delete a schedule here; only its owner can change it."""

    list_display = ("name", "owner", "agent", "when", "state", "changed")
    list_filter = ("paused", "cadence", "agent")
    list_select_related = ("owner", "agent")
    search_fields = ("owner__username", "name", "prompt")
    search_help_text = _("Username, or words in names and messages")
    content_search_fields = ("name", "prompt")
    content_fields = ("name", "prompt")
    large = ("prompt",)
    ordering = ("-updated_at",)

    def get_list_display(self, request: HttpRequest) -> Any:
        # Without the name, the id leads to the page.
        shown = super().get_list_display(request)
        return shown if may_read_messages(request.user) else ["id", *shown]

    def has_delete_permission(self, request: HttpRequest, obj: Schedule | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    @admin.display(description=_("when"))
    def when(self, schedule: Schedule) -> str:
        words = in_words(schedule.cadence, schedule.cron, schedule.once_at, schedule.time_zone)
        return f"{words}, {schedule.time_zone}"

    @admin.display(description=_("status"), ordering="paused")
    def state(self, schedule: Schedule) -> SafeString | str:
        return paused_chip() if schedule.paused else ""

    @admin.display(description=_("changed"), ordering="updated_at")
    def changed(self, schedule: Schedule) -> str:
        return moment(schedule.updated_at)


@admin.register(ScheduledRun)
class ScheduledRunAdmin(HidesContent, ReadOnly, QuickList, admin.ModelAdmin[ScheduledRun]):
    list_display = ("due", "owner", "by_hand", "skipped", "error", "chat")
    list_filter = ("by_hand", "skipped")
    list_select_related = ("schedule__owner", "task")
    search_fields = ("schedule__owner__username",)
    search_help_text = _("Username")
    fields = ("schedule_id", "owner", "due_at", "chat", "by_hand", "skipped", "error", "created_at")
    readonly_fields = ("schedule_id", "owner", "chat")
    ordering = ("-due_at",)

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, run: ScheduledRun) -> str:
        return moment(run.due_at)

    @admin.display(description=_("owner"))
    def owner(self, run: ScheduledRun) -> str:
        return run.schedule.owner.get_username()

    @admin.display(description=_("chat"))
    def chat(self, run: ScheduledRun) -> SafeString | str:
        return chat_link(run.task) if run.task else ""
