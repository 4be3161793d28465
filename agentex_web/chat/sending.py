"""The views that accept a message: it is committed first, then delivered in the background."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from agentex_web.actions.refused import Refused
from agentex_web.actions.sending import Sent, begin_chat, send_message
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.choosing import chosen_for
from agentex_web.chat.forms import MessageForm, NewTaskForm
from agentex_web.chat.parameters import parameters_from
from agentex_web.chat.refusals import limited, refusal, valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.seen_zone import note_zone
from agentex_web.delivery.messages import begin_hand_over
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.limits.people import count_message
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from agentex_web.watches.notices import notify


@require_POST
@signed_in
@limited(count_message)
async def create(request: HtmxHttpRequest) -> HttpResponse:
    """Creates a task with its first message."""
    try:
        accepted = await in_database(_create, request)
    except Refused as refused:
        return await refusal(request, refused)
    await begin_hand_over(accepted)
    note_zone(request, accepted.task_id)
    address = _page_after(request, accepted)
    if request.htmx:
        return HttpResponse(status=201, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@require_POST
@signed_in
@limited(count_message)
async def send(request: HtmxHttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """Accepts a message in a task. The page already shows it, and gets everything else over its socket."""
    try:
        accepted = await in_database(_send, request, task_id)
    except Refused as refused:
        return await refusal(request, refused)
    await begin_hand_over(accepted)
    note_zone(request, task_id)
    address = _page_after(request, accepted)
    if request.htmx:
        headers = {"HX-Redirect": address} if _is_for_background(request) else None
        return HttpResponse(status=201 if accepted.result.created else 200, headers=headers)
    return HttpResponseRedirect(address)


def _create(request: HttpRequest) -> Change[Accepted]:
    data = valid(NewTaskForm(request.POST))
    accepted = begin_chat(
        person(request),
        data["agent"],
        _sent(data, request),
        lambda agent: parameters_from(agent, request.POST),
        is_temporary=data["temporary"],
    )
    _ask_for_notice(accepted.result.turn, request)
    return accepted


def _send(request: HttpRequest, task_id: uuid.UUID) -> Change[Accepted]:
    return send_message(
        person(request),
        task_id,
        lambda: _sent(valid(MessageForm(request.POST)), request),
        lambda turn: _ask_for_notice(turn, request),
    )


def _sent(data: dict[str, Any], request: HttpRequest) -> Sent:
    return Sent(
        data["id"],
        data["content"],
        data["attachments"],
        lambda agent: chosen_for(agent, request),
        data.get("to", ""),
    )


def _ask_for_notice(turn: Turn, request: HttpRequest) -> None:
    """For a message that is answered in the background, asks for a notice when the turn ends or needs the
    person.
    """
    if _is_for_background(request):
        notify(person(request), turn)


def _is_for_background(request: HttpRequest) -> bool:
    """True if the message is answered while the person does something else."""
    return "background" in request.POST


def _page_after(request: HttpRequest, accepted: Change[Accepted]) -> str:
    """The address of the page that the person sees next."""
    if _is_for_background(request):
        return reverse("chat:home")
    return accepted.result.turn.task.get_absolute_url()
