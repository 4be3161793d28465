"""Prompts in the admin: their owners, and which are shared. Their text is hidden, as messages are."""

from django.contrib import admin
from django.http import HttpRequest

from agentex_web.prompts.models import Prompt
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.read_only import ReadOnly


@admin.register(Prompt)
class PromptAdmin(HidesContent, ReadOnly, admin.ModelAdmin[Prompt]):
    """Prompts can be deleted here. Only their owner can change them."""

    list_display = ("id", "title", "owner", "shared", "updated_at")
    list_filter = ("shared",)
    list_select_related = ("owner",)
    search_fields = ("owner__username",)
    content_search_fields = ("title", "text")
    content_fields = ("title", "text")
    large = ("text",)

    def has_delete_permission(self, request: HttpRequest, obj: Prompt | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
