"""Reasons of failures as the page's reader sees them."""

from typing import Any

from django import template

from agentex_web.tasks.setup_faults import for_reader

register = template.Library()


@register.filter
def for_user(reason: str, user: Any) -> str:
    """``reason`` as this user may read it; without a user, only what everybody may read."""
    return for_reader(reason, is_staff=bool(getattr(user, "is_staff", False)))
