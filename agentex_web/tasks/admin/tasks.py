"""Tasks, with their turns in order."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from agentex_web.tasks.admin.content import HidesContent
from agentex_web.tasks.admin.links import chat_link, workflow_link
from agentex_web.tasks.admin.read_only import ReadOnly
from agentex_web.tasks.admin.reading import LogsReading
from agentex_web.tasks.admin.words import StatusFilter, tokens
from agentex_web.tasks.models import Message, Task, Turn


class TurnInline(HidesContent, ReadOnly, admin.TabularInline[Turn, Task]):
    model = Turn
    content_fields = ("question", "answer", "error")
    fields = ("created_at", "status", "attempt", "question", "answer", "error", "tokens", "finished_at")
    # Django shows a field that cannot be edited only if it is named here too.
    readonly_fields = ("created_at", "question", "answer", "tokens")
    ordering = ("created_at",)
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Turn]:
        # The fields that the list loads: answers and their HTML can be long.
        shown = Message.objects.only("turn", "position", "kind", "tool_name", "content").order_by("position")
        rows: QuerySet[Turn] = (
            super().get_queryset(request).defer("items").prefetch_related(Prefetch("messages", shown))
        )
        return rows

    @admin.display
    def question(self, turn: Turn) -> str:
        return "\n".join(each.content[:300] for each in turn.messages.all() if each.opens_turn)

    @admin.display
    def answer(self, turn: Turn) -> str:
        said = [each for each in turn.messages.all() if not each.opens_turn]
        return "\n".join(f"{each.kind}: {each.tool_name or each.content[:300]}" for each in said)

    @admin.display
    def tokens(self, turn: Turn) -> str:
        return tokens(turn.usage)


class LastTurnFilter(StatusFilter):
    """Named apart from the task's own status."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "status of the last turn"


@admin.register(Task)
class TaskAdmin(LogsReading, HidesContent, ReadOnly, admin.ModelAdmin[Task]):
    task_of = staticmethod(lambda task: task)
    large = ("state", "head__items")
    list_display = (
        "title",
        "agent",
        "owner",
        "status",
        "last_turn",
        "turn_count",
        "updated_at",
        "open_chat",
        "workflow",
    )
    list_filter = ("agent", "status", ("head__status", LastTurnFilter), "created_at", "owner")
    list_select_related = ("agent", "owner", "head")
    search_fields = ("id", "title", "owner__username", "turns__messages__content")
    content_search_fields = ("turns__messages__content",)
    content_fields = ("open_chat", "state", "parameters")
    date_hierarchy = "created_at"
    fields = (
        "id",
        "title",
        "agent",
        "owner",
        "status",
        "last_turn",
        "open_chat",
        "workflow",
        "parameters",
        "state",
        "created_at",
        "updated_at",
    )
    inlines = (TurnInline,)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        rows: QuerySet[Task] = (
            super().get_queryset(request).annotate(turns_counted=Count("turns", distinct=True))
        )
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Task | None = None) -> tuple[str, ...]:
        return self.fields

    @admin.display(description="last turn", ordering="head__status")
    def last_turn(self, task: Task) -> str:
        return task.head.status if task.head else "none"

    @admin.display(description="turns", ordering="turns_counted")
    def turn_count(self, task: Any) -> int:
        return int(task.turns_counted)

    @admin.display(description="chat")
    def open_chat(self, task: Task) -> SafeString:
        return chat_link(task)

    @admin.display(description="Temporal")
    def workflow(self, task: Task) -> SafeString | str:
        return workflow_link(task)
