"""The script with the texts of scripts, for the head of each page."""

from django import template
from django.utils.html import format_html

from agentex_web.languages.scripts import address

register = template.Library()


@register.simple_tag
def script_texts() -> str:
    """Its element; empty in English. Deferred scripts and modules run in order, so it comes before them."""
    found = address()
    return format_html('<script defer src="{}"></script>', found) if found else ""
