"""The model's context window, for pages that show how full it is."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def context_window() -> int:
    """In tokens; 0 if unknown."""
    return int(settings.AGENTEX_CONTEXT_WINDOW)
