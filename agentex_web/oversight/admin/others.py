"""Admin pages for files, spans, agents and the log."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.admin.pausing import PausesChats
from agentex_web.oversight.admin.words import folded
from agentex_web.oversight.listing import QuickList
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import chat_link, message_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.models import Agent, Attachment, Span, Task

PREVIEW = 2_000
"""Limit on the characters of a file's text that its page shows."""


@admin.register(Attachment)
class AttachmentAdmin(LogsReading, HidesContent, ReadOnly, QuickList, admin.ModelAdmin[Attachment]):
    task_of = staticmethod(lambda attachment: attachment.message.turn.task if attachment.message else None)
    list_display = ("name", "content_type", "readable_size", "owner", "chat", "created_at")
    list_filter = ("content_type", "created_at")
    list_select_related = ("owner", "message__turn__task")
    search_fields = ("name", "owner__username")
    content_fields = ("preview", "text")
    # Without the file itself, which only its owner may open.
    fields = (
        "name",
        "content_type",
        "readable_size",
        "owner",
        "message_link",
        "chat",
        "created_at",
        "preview",
    )
    readonly_fields = ("readable_size", "message_link", "chat", "created_at", "preview")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        return super().get_queryset(request).defer("text")

    @admin.display(description=_("size"), ordering="size")
    def readable_size(self, attachment: Attachment) -> str:
        return filesizeformat(attachment.size)

    @admin.display(description=_("message"))
    def message_link(self, attachment: Attachment) -> SafeString | str:
        return message_link(attachment.message) if attachment.message else str(_("not sent"))

    @admin.display(description=_("chat"))
    def chat(self, attachment: Attachment) -> SafeString | str:
        return chat_link(attachment.message.turn.task) if attachment.message else ""

    @admin.display(description=_("text for the model"))
    def preview(self, attachment: Attachment) -> str:
        text = attachment.text
        return f"{text[:PREVIEW]}…" if len(text) > PREVIEW else text


@admin.register(Span)
class SpanAdmin(LogsReading, HidesContent, ReadOnly, QuickList, admin.ModelAdmin[Span]):
    task_of = staticmethod(lambda span: span.task)
    list_display = ("name", "chat", "started_at", "seconds")
    list_filter = ("started_at",)
    list_select_related = ("task",)
    search_fields = ("name", "trace_id")
    content_fields = ("input", "output", "data", "shown_input", "shown_output", "shown_data")
    large = ("input", "output", "data")
    fields = (
        "name",
        "chat",
        "turn",
        "trace_id",
        "parent_id",
        "started_at",
        "finished_at",
        "shown_input",
        "shown_output",
        "shown_data",
    )
    readonly_fields = ("chat", "seconds", "shown_input", "shown_output", "shown_data")

    @admin.display(description=_("input"))
    def shown_input(self, span: Span) -> SafeString | str:
        return folded(span.input)

    @admin.display(description=_("output"))
    def shown_output(self, span: Span) -> SafeString | str:
        return folded(span.output)

    @admin.display(description=_("data"))
    def shown_data(self, span: Span) -> SafeString | str:
        return folded(span.data)

    @admin.display(description=_("chat"))
    def chat(self, span: Span) -> SafeString:
        return chat_link(span.task)


@admin.register(Agent)
class AgentAdmin(PausesChats, admin.ModelAdmin[Agent]):
    """Workers announce the fields; an administrator only chooses which groups may use the agent."""

    chats_of = staticmethod(lambda rows: Task.objects.filter(agent__in=rows.values("pk")))
    list_display = (
        "title",
        "name",
        "available",
        "for_whom",
        "workflow",
        "task_queue",
        "model",
        "seen_at",
        "error",
    )
    filter_horizontal = ("groups",)
    list_filter = ("available", "task_queue")
    search_fields = ("name", "title", "description")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_add_permission(self, *_: object) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> tuple[str, ...]:
        return tuple(field.name for field in Agent._meta.concrete_fields)

    def save_model(self, *_: Any) -> None:
        """Does not save the row, because a worker may have announced it since; only groups are saved."""

    @admin.display(description=_("may be used by"))
    def for_whom(self, agent: Agent) -> str:
        return ", ".join(group.name for group in agent.groups.all()) or str(_("everyone"))


@admin.register(LogEntry)
class LogAdmin(ReadOnly, QuickList, admin.ModelAdmin[LogEntry]):
    """Who did what in the admin, and who read whose chat."""

    list_display = ("action_time", "user", "what", "object", "content_type")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    search_fields = ("user__username", "object_repr", "change_message")
    date_hierarchy = "action_time"
    fields = ("action_time", "user", "content_type", "object", "what")
    readonly_fields = fields

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message() or str(entry.get_action_flag_display())

    @admin.display(description=_("object"), ordering="object_repr")
    def object(self, entry: LogEntry) -> SafeString | str:
        address = entry.get_admin_url()
        if not address or entry.is_deletion():
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', address, entry.object_repr)
