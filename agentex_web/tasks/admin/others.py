"""Files and agents."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from agentex_web.tasks.admin.links import chat_link, message_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.models import Agent, Attachment

PREVIEW = 2_000
"""Characters of a file's text that its page shows."""


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, admin.ModelAdmin[Attachment]):
    list_display = ("name", "content_type", "readable_size", "owner", "chat", "created_at")
    list_filter = ("content_type", "created_at")
    list_select_related = ("owner", "message__turn__task")
    search_fields = ("name", "owner__username")
    # Without the file itself: its address serves its owner alone.
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

    @admin.display(description="size", ordering="size")
    def readable_size(self, attachment: Attachment) -> str:
        return filesizeformat(attachment.size)

    @admin.display(description="message")
    def message_link(self, attachment: Attachment) -> SafeString | str:
        return message_link(attachment.message) if attachment.message else "not sent"

    @admin.display
    def chat(self, attachment: Attachment) -> SafeString | str:
        return chat_link(attachment.message.turn.task) if attachment.message else ""

    @admin.display(description="text for the model")
    def preview(self, attachment: Attachment) -> str:
        text = attachment.text
        return f"{text[:PREVIEW]}…" if len(text) > PREVIEW else text


@admin.register(Agent)
class AgentAdmin(ReadOnly, admin.ModelAdmin[Agent]):
    list_display = ("title", "name", "available", "workflow", "task_queue", "model", "seen_at", "error")
    list_filter = ("available", "task_queue")
    search_fields = ("name", "title", "description")
