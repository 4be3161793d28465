"""The sizes of pictures, so that nothing moves when they arrive."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agentex_web.tasks.pictures import SIZES

register = template.Library()


@register.filter
def size_of(data: Mapping[str, Any], picture_id: str) -> SafeString | str:
    """The attributes ``width`` and ``height`` of a message's picture; empty if its size is not known.

    Args:
        data: the message's.
    """
    found = data.get(SIZES, {}).get(picture_id)
    return format_html(' width="{}" height="{}"', *found) if found else ""
