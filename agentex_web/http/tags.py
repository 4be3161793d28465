"""The element that loads the scripts' modules early, for the head of a page."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html

from agentex_web.http.bundle import BUNDLE

register = template.Library()


@register.simple_tag
def preload_modules() -> str:
    """A link to the bundle, so that the browser asks for it before it has read the script that imports it.
    Empty with DEBUG, where the modules are served as they are.
    """
    return (
        "" if settings.DEBUG else format_html('<link rel="modulepreload" href="{}">', static(f"js/{BUNDLE}"))
    )
