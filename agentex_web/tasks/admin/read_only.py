"""What all admin pages of the record have in common."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest


class ReadOnly:
    """Forbids editing by hand, because the record documents what happened.

    Attributes:
        large: fields that lists do not load; the page of a single row loads them when it shows them.
    """

    large: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any, Any]:
        rows: QuerySet[Any, Any] = super().get_queryset(request)  # type: ignore[misc]
        return rows.defer(*self.large)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are deleted only with their task (acting.py) or their owner."""
        return False
