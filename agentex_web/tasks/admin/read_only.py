"""What all pages of the record have in common."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest


class ReadOnly:
    """The record says what happened; nobody edits that by hand.

    Attributes:
        large: fields that lists do not load; a page of one row loads them when it shows them.
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
        """Rows are deleted with their task, by an act of its own (acting.py), or with their owner."""
        return False
