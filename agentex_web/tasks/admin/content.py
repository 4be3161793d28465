"""Shows what people and agents wrote, and searches in it, only for users who may read messages."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from agentex_web.tasks.permissions import may_read_messages


class HidesContent:
    """For admin pages whose rows contain, or lead to, what people or agents wrote.

    Attributes:
        content_search_fields: searched only for users who may read messages.
        content_fields: columns and fields that only those users see, and may filter by in the URL.
    """

    content_search_fields: Sequence[str] = ()
    content_fields: Sequence[str] = ()

    def get_search_fields(self, request: HttpRequest) -> Any:
        return self._visible(request, super().get_search_fields(request), self.content_search_fields)  # type: ignore[misc]

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._visible(request, super().get_list_display(request), self.content_fields)  # type: ignore[misc]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._visible(request, super().get_fields(request, obj), self.content_fields)  # type: ignore[misc]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuses filters on hidden fields; a URL may name any field of the row."""
        if lookup.split("__", maxsplit=1)[0] in self.content_fields and not may_read_messages(request.user):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def _visible(self, request: HttpRequest, names: Sequence[Any], content: Sequence[str]) -> Sequence[Any]:
        if may_read_messages(request.user):
            return names
        return [name for name in names if name not in content]
