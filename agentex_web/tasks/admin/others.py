"""Files and agents."""

from django.contrib import admin

from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.models import Agent, Attachment


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, admin.ModelAdmin[Attachment]):
    list_display = ("name", "content_type", "size", "owner", "created_at")
    list_filter = ("content_type", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username")


@admin.register(Agent)
class AgentAdmin(ReadOnly, admin.ModelAdmin[Agent]):
    list_display = ("title", "name", "available", "workflow", "task_queue", "model", "seen_at", "error")
    list_filter = ("available", "task_queue")
    search_fields = ("name", "title", "description")
