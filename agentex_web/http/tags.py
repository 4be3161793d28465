"""The elements that load the scripts' modules early, for the head of a page."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join

from agentex_web.http.bundle import LARGE, SMALL

register = template.Library()


@register.simple_tag
def preload_modules() -> str:
    """Links to the files of modules, so that the browser asks for them before it has read the script that
    imports them. Empty with DEBUG, where the modules are served as they are.
    """
    links = ((static(f"js/{name}"),) for name in ([] if settings.DEBUG else [SMALL, LARGE]))
    return format_html_join("\n  ", '<link rel="modulepreload" href="{}">', links)
