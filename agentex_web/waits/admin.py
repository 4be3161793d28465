"""Admin pages for waits and their decisions, and for tools that are allowed without asking."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import chat_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.permissions import may_read_messages
from agentex_web.waits.models import Allowed, Decision, Wait


class DecisionInline(ReadOnly, admin.TabularInline[Decision, Wait]):
    model = Decision
    fields = ("name", "created_at", "value")
    readonly_fields = ("created_at",)


@admin.register(Wait)
class WaitAdmin(HidesContent, ReadOnly, admin.ModelAdmin[Wait]):
    list_display = ("title", "kind", "status", "chat", "decided_by", "decided_at", "created_at")
    list_filter = ("status", "kind", "group", "created_at")
    list_select_related = ("task", "decided_by")
    search_fields = ("title", "agent_name", "decided_by__username")
    content_fields = ("payload", "decision", "otherwise")
    large = ("payload", "decision")
    inlines = (DecisionInline,)
    readonly_fields = ("chat",)

    @admin.display
    def chat(self, wait: Wait) -> SafeString:
        return chat_link(wait.task)

    def get_inlines(self, request: HttpRequest, _wait: Wait | None = None) -> Any:
        return self.inlines if may_read_messages(request.user) else ()


@admin.register(Allowed)
class AllowedAdmin(ReadOnly, admin.ModelAdmin[Allowed]):
    list_display = ("tool", "chat", "person", "created_at")
    list_select_related = ("task", "person")
    search_fields = ("tool", "person__username")

    @admin.display
    def chat(self, allowed: Allowed) -> SafeString:
        return chat_link(allowed.task)
