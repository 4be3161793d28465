"""Admin pages for waits and their decisions, and for tools that are allowed without asking."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.admin.words import StatusFilter, chip, folded
from agentex_web.oversight.listing import QuickList
from agentex_web.oversight.templatetags.oversight import first_word, moment
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import chat_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.permissions import may_read_messages
from agentex_web.waits.models import Allowed, Decision, Wait

MOST_GROUPS = 50
"""Limit on the groups that the filter offers."""


class GroupFilter(admin.SimpleListFilter):
    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        names = Wait.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
        return [(name, name) for name in names[:MOST_GROUPS]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Wait]) -> QuerySet[Wait]:
        return queryset.filter(group=self.value()) if self.value() else queryset


class DecisionInline(ReadOnly, admin.TabularInline[Decision, Wait]):
    model = Decision
    fields = ("name", "created_at", "value")
    readonly_fields = ("created_at",)


@admin.register(Wait)
class WaitAdmin(HidesContent, ReadOnly, QuickList, admin.ModelAdmin[Wait]):
    list_display = (
        "title",
        "kind",
        "shown_status",
        "owner",
        "group",
        "decided_by",
        "decided",
        "asked",
        "chat",
    )
    list_filter = (("status", StatusFilter), "kind", GroupFilter)
    list_select_related = ("task__owner", "decided_by")
    search_fields = ("title", "agent_name", "task__owner__username", "decided_by__username")
    search_help_text = _("Title, agent or username")
    content_search_fields = ("title", "agent_name")
    content_fields = ("title", "payload", "shown_payload", "decision", "otherwise")
    exclude = ("payload",)
    large = ("payload", "decision")
    inlines = (DecisionInline,)
    readonly_fields = ("chat", "shown_payload")
    ordering = ("-created_at",)

    def get_inlines(self, request: HttpRequest, _wait: Wait | None = None) -> Any:
        return self.inlines if may_read_messages(request.user) else ()

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, wait: Wait) -> SafeString:
        return chip(Wait.Status(wait.status), first_word(wait.get_status_display()))

    @admin.display(description=_("owner"))
    def owner(self, wait: Wait) -> str:
        return wait.task.owner.get_username()

    @admin.display(description=_("decided"), ordering="decided_at")
    def decided(self, wait: Wait) -> str:
        return moment(wait.decided_at)

    @admin.display(description=_("asked"), ordering="created_at")
    def asked(self, wait: Wait) -> str:
        return moment(wait.created_at)

    @admin.display(description=_("Data"))
    def shown_payload(self, wait: Wait) -> SafeString | str:
        return folded(wait.payload)

    @admin.display(description=_("chat"))
    def chat(self, wait: Wait) -> SafeString:
        return chat_link(wait.task)


@admin.register(Allowed)
class AllowedAdmin(ReadOnly, QuickList, admin.ModelAdmin[Allowed]):
    list_display = ("tool", "person", "allowed", "chat")
    list_select_related = ("task", "person")
    search_fields = ("tool", "person__username")
    search_help_text = _("Tool or username")
    ordering = ("-created_at",)

    @admin.display(description=_("since"), ordering="created_at")
    def allowed(self, allowed: Allowed) -> str:
        return moment(allowed.created_at)

    @admin.display(description=_("chat"))
    def chat(self, allowed: Allowed) -> SafeString:
        return chat_link(allowed.task)
