"""Puts the announcements into a page."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context

from agentex_web.announcements.current import announcements_for, version_of

register = template.Library()


@register.inclusion_tag("announcements/_region.html", takes_context=True)
def announcements(context: Context) -> dict[str, Any]:
    """The place of the announcements of a signed-in person's pages, also if there are none."""
    return shown_to(context["request"].user)


@register.inclusion_tag("announcements/_fixed.html", takes_context=True)
def fixed_announcements(context: Context) -> dict[str, Any]:
    """The announcements of pages without scripts, such as the login page; nothing if there are none."""
    request = context.get("request")
    return shown_to(getattr(request, "user", AnonymousUser())) if request else {}


def shown_to(user: Any) -> dict[str, Any]:
    """The context of ``announcements/_list.html``."""
    rows = announcements_for(user)
    return {"announcements": rows, "announced": version_of(rows)}
