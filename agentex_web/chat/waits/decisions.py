"""Decides what a turn waits for, and shows the result."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from agentex_web.actions.deciding import Along, ValueOf, decide, nothing_along
from agentex_web.actions.refused import Refused
from agentex_web.chat.access import person
from agentex_web.chat.message_views import MessageView
from agentex_web.chat.refusals import refusal
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.waits.views import add_waits
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait


async def decide_and_show(
    request: HtmxHttpRequest,
    task_id: uuid.UUID,
    wait_id: uuid.UUID,
    kind: Wait.Kind,
    value_of: ValueOf,
    along: Along = nothing_along,
) -> HttpResponse:
    """Decides a wait. Responds with its card.

    Args:
        value_of: returns the person's decision; may raise ``Refused``.
        along: called if this decision counts.
    """
    try:
        wait = await decide(person(request), task_id, wait_id, kind, value_of, along)
    except Refused as refused:
        return await refusal(request, refused)
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return await in_database(card, request, wait)


def card(request: HttpRequest, wait: Wait) -> HttpResponse:
    """The current card of the wait."""
    view = MessageView(Message.objects.get(pk=wait.pk))
    add_waits([view], request.user)
    return render(request, "chat/_message.html", {"view": view, "task_id": wait.task_id})
