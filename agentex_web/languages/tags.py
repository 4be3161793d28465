"""The element that loads the scripts' texts, for the head of each page."""

from django import template
from django.utils.html import format_html

from agentex_web.languages.scripts import address

register = template.Library()


@register.simple_tag
def script_texts() -> str:
    """The script element; empty in English. Deferred scripts and modules run in the order of the page, so it
    must come before them.
    """
    found = address()
    return format_html('<script defer src="{}"></script>', found) if found else ""
