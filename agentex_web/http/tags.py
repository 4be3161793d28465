"""What a page says about its scripts: which modules to load early, and their version."""

from django import template
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.templatetags.static import static
from django.utils.html import format_html_join

from agentex_web.http.bundle import LARGE, SMALL
from agentex_web.http.minified import MinifiedFinder

register = template.Library()


@register.simple_tag
def scripts_version() -> str:
    """Names the version of the scripts and styles that this process serves, for pages that an earlier process
    has served. Empty with DEBUG, where nothing names it.
    """
    found = (each.version for each in get_finders() if isinstance(each, MinifiedFinder))
    return next(found, "")


@register.simple_tag
def preload_modules() -> str:
    """Links to the files of modules, so that the browser asks for them before it has read the script that
    imports them. Empty with DEBUG, where the modules are served as they are.
    """
    links = ((static(f"js/{name}"),) for name in ([] if settings.DEBUG else [SMALL, LARGE]))
    return format_html_join("\n  ", '<link rel="modulepreload" href="{}">', links)
