"""Admin pages for messages, and for people's feedback on them."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.admin.words import ShowsSeconds, StatusFilter, chip, folded
from agentex_web.oversight.listing import QuickList
from agentex_web.oversight.searching import HELP, Searches, messages_with
from agentex_web.oversight.templatetags.oversight import first_word
from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import task_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.models import Feedback, Message


class FeedbackInline(ReadOnly, admin.TabularInline[Feedback, Message]):
    model = Feedback
    fields = ("user", "value", "comment", "updated_at")
    readonly_fields = ("updated_at",)
    extra = 0
    can_delete = False


@admin.register(Message)
class MessageAdmin(LogsReading, ReadOnly, ShowsSeconds, Searches, QuickList, admin.ModelAdmin[Message]):
    task_of = staticmethod(lambda message: message.turn.task)
    large = ("data", "html", "content", "turn__items", "turn__context", "turn__summary", "turn__task__state")
    list_display = (
        "excerpt",
        "author",
        "kind",
        "shown_status",
        "agent_name",
        "tool_name",
        "attempt",
        "task_link",
        "started_at",
        "took",
    )
    # Filters and orders that have an index.
    list_filter = ("kind", ("status", StatusFilter))
    sortable_by = ()
    list_select_related = ("turn__task",)
    search_help_text = HELP
    # Not ordered by the turn's time, for which SQLite would read all messages.
    ordering = ("-created_at",)
    inlines = (FeedbackInline,)

    fields = (
        "task_link",
        "turn_link",
        "kind",
        "author",
        "status",
        "agent_name",
        "tool_name",
        "tool_call_id",
        "attempt",
        "error",
        "content",
        "shown_data",
        "shown_usage",
        "started_at",
        "finished_at",
        "took",
        "position",
    )
    readonly_fields = fields

    def condition(self, request: HttpRequest, term: str) -> Q:
        return messages_with(request, term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        rows: QuerySet[Message] = super().get_queryset(request).annotate(beginning=Left("content", 120))
        return rows

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "turn__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("content"))
    def excerpt(self, message: Any) -> SafeString:
        return format_html('<span class="row-title" dir="auto">{}</span>', message.beginning or _("(empty)"))

    @admin.display(description=_("status"))
    def shown_status(self, message: Message) -> SafeString:
        return chip(Message.Status(message.status), first_word(message.get_status_display()))

    @admin.display(description=_("turn"))
    def turn_link(self, message: Message) -> SafeString:
        address = reverse("admin:tasks_turn_change", args=(message.turn_id,))
        return format_html('<a href="{}">{}</a>', address, first_word(message.turn.get_status_display()))

    @admin.display(description=_("data"))
    def shown_data(self, message: Message) -> SafeString | str:
        return folded(message.data)

    @admin.display(description=_("usage"))
    def shown_usage(self, message: Message) -> SafeString | str:
        return folded(message.usage)

    @admin.display(description=_("task"))
    def task_link(self, message: Message) -> SafeString:
        return task_link(message.turn.task)


@admin.register(Feedback)
class FeedbackAdmin(LogsReading, HidesContent, ReadOnly, QuickList, admin.ModelAdmin[Feedback]):
    task_of = staticmethod(lambda feedback: feedback.message.turn.task)
    large = ("message__data", "message__html", "message__turn__items", "message__turn__task__state")
    list_display = ("value", "comment", "answer", "agent_name", "user", "task_link", "updated_at")
    list_filter = (
        "value",
        "message__turn__task__agent",
        ("comment", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("message__turn__task", "user")
    search_fields = ("comment", "message__content", "user__username")
    content_search_fields = ("message__content",)
    content_fields = ("answer",)
    date_hierarchy = "updated_at"

    @admin.display(description=_("answer"))
    def answer(self, feedback: Feedback) -> str:
        return feedback.message.content[:120]

    @admin.display(description=_("agent"), ordering="message__agent_name")
    def agent_name(self, feedback: Feedback) -> str:
        return feedback.message.agent_name

    @admin.display(description=_("task"))
    def task_link(self, feedback: Feedback) -> SafeString:
        return task_link(feedback.message.turn.task)
