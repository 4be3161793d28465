"""Passes a person's preferences to scripts and styles, as attributes of the page's root element."""

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from agentex_web.preferences.models import Preferences, preferences_of

register = template.Library()


@register.simple_tag(takes_context=True)
def root_attributes(context: Any) -> SafeString:
    """``data-…`` attributes for preferences that differ from the default; empty if nobody is signed in, else
    it makes one query.
    """
    user = context.get("user")
    if not getattr(user, "is_authenticated", False):
        return SafeString("")
    chosen = preferences_of(user.pk)
    values = {
        "zone": chosen.time_zone,
        "density": chosen.density if chosen.density != Preferences.Density.COMFORTABLE else "",
        "send-key": chosen.send_key if chosen.send_key != Preferences.SendKey.ENTER else "",
        "sound": "on" if chosen.sound else "",
        "notifications": "on" if chosen.notifications else "",
    }
    return format_html_join("", ' data-{}="{}"', ((name, value) for name, value in values.items() if value))
