"""For admin pages that show what people wrote: logs each reading in the History of its task."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from agentex_web.tasks.models import Task
from agentex_web.tasks.permissions import may_read_messages
from agentex_web.tasks.reading_log import log_reading, log_search


class LogsReading:
    """For admin pages that show messages: each reading is logged.

    Attributes:
        task_of: returns the task that a row belongs to, or None.
    """

    task_of: Callable[[Any], Task | None]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if isinstance(request.user, User) and may_read_messages(request.user):
            self._log(request.user, self.get_object(request, unquote(object_id)))  # type: ignore[attr-defined]
        page: HttpResponse = super().change_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        return page

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term and isinstance(request.user, User) and may_read_messages(request.user):
            log_search(request.user, queryset.model, search_term)
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
        return found

    def _log(self, user: User, row: Model | None) -> None:
        task = type(self).task_of(row) if row is not None else None
        if row is not None and task is not None:
            log_reading(user, task, f"Read the {row._meta.verbose_name} {row.pk} in the admin.")
