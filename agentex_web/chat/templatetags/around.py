"""What is around every page of a signed-in person: the list of chats, the inbox count and the news."""

import hashlib
from typing import Any

from django import template
from django.template import Context

from agentex_web.chat.access import person
from agentex_web.chat.chat_list import chat_list
from agentex_web.chat.inbox import waiting_count
from agentex_web.chat.list_filter import ListFilter
from agentex_web.chat.message_views import FOLDED_LENGTH, FOLDED_LINES
from agentex_web.chat.news import news_of
from agentex_web.files.encodings import CHOICES

register = template.Library()


@register.inclusion_tag("chat/_around.html", takes_context=True)
def around(context: Context) -> dict[str, Any]:
    """The sidebar, the news and the templates of scripts.

    A chat's page has its chat as ``task`` in its context; the list then contains it.
    """
    request, current = context["request"], context.get("task")
    user = person(request)
    session = hashlib.sha256(str(request.session.session_key).encode()).hexdigest()
    return {
        **chat_list(user, ListFilter(), current),
        "request": request,
        "user": user,
        "csrf_token": context.get("csrf_token"),
        "current": current,
        # Scripts compare it, to notice another account and another session.
        "login": f"{user.pk}:{session[:8]}",
        "inbox_count": waiting_count(user),
        "news": news_of(user),
        "folded_length": FOLDED_LENGTH,
        "folded_lines": FOLDED_LINES,
        "encodings": CHOICES,
    }
