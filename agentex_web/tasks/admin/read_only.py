"""What all pages of the record have in common."""

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """The record tells what happened; nobody edits that by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
