"""Admin pages for schedules and their runs. Prompts and names are hidden in the same way as messages."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.schedules.times import in_words
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import chat_link
from agentex_web.tasks.admin.read_only import ReadOnly


@admin.register(Schedule)
class ScheduleAdmin(HidesContent, ReadOnly, admin.ModelAdmin[Schedule]):
    """Staff can delete a schedule here; only its owner can change it."""

    list_display = ("id", "name", "owner", "agent", "when", "time_zone", "paused", "updated_at")
    list_filter = ("paused", "cadence", "agent")
    list_select_related = ("owner", "agent")
    search_fields = ("owner__username",)
    content_search_fields = ("name", "prompt")
    content_fields = ("name", "prompt")
    large = ("prompt",)

    def has_delete_permission(self, request: HttpRequest, obj: Schedule | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    @admin.display
    def when(self, schedule: Schedule) -> str:
        return in_words(schedule.cadence, schedule.cron, schedule.once_at, schedule.time_zone)


@admin.register(ScheduledRun)
class ScheduledRunAdmin(HidesContent, ReadOnly, admin.ModelAdmin[ScheduledRun]):
    list_display = ("due_at", "owner", "chat", "by_hand", "skipped", "error")
    list_filter = ("by_hand", "skipped", "due_at")
    list_select_related = ("schedule__owner", "task")
    search_fields = ("schedule__owner__username",)
    fields = ("schedule_id", "owner", "due_at", "chat", "by_hand", "skipped", "error", "created_at")
    readonly_fields = ("schedule_id", "owner", "chat")

    @admin.display
    def owner(self, run: ScheduledRun) -> str:
        return run.schedule.owner.get_username()

    @admin.display
    def chat(self, run: ScheduledRun) -> SafeString | str:
        return chat_link(run.task) if run.task else ""
