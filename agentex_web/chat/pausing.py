"""Pauses and resumes a chat, and puts a waiting message into the running turn."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.actions.access import get_task_for_user, turn_of
from agentex_web.actions.refused import Refused
from agentex_web.background import for_task
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import refusal
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.delivery.client import TemporalMissing, signal_turn
from agentex_web.delivery.pauses import deliver_pause
from agentex_web.journal import pausing
from agentex_web.journal.change import Change
from agentex_web.journal.record import report_in_time
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import SignalName


@require_POST
@signed_in
async def pause(request: HtmxHttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """Pauses the chat. The current call finishes, and no new one starts."""
    return await _set(request, task_id, paused=True)


@require_POST
@signed_in
async def resume(request: HtmxHttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """Resumes the chat where it was paused."""
    return await _set(request, task_id, paused=False)


@require_POST
@signed_in
async def send_now(request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Puts a waiting message into the running turn, between two of its steps."""
    try:
        turn = await in_database(_waiting, request, task_id, turn_id)
        if not await signal_turn(turn, SignalName.STEER):
            raise Refused(_("The agent has already finished."), 409)
    except TemporalMissing:
        unreachable = Refused(_("The agents cannot be reached. Try again in a moment."), 503)
        return await refusal(request, unreachable)
    except Refused as refused:
        return await refusal(request, refused)
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return await in_database(render, request, "chat/_goes_in.html")


async def _set(request: HtmxHttpRequest, task_id: uuid.UUID, *, paused: bool) -> HttpResponse:
    changed = await in_database(_set_paused, request, task_id, paused)
    for_task(task_id, report_in_time(changed))
    for_task(task_id, _deliver(task_id))
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return HttpResponse(status=204)


def _set_paused(request: HttpRequest, task_id: uuid.UUID, paused: bool) -> Change[bool]:
    task = get_task_for_user(request.user, task_id)
    return pausing.set_paused(task.pk, paused, person(request))


async def _deliver(task_id: uuid.UUID) -> None:
    try:
        await deliver_pause(task_id)
    except TemporalMissing:
        # A worker's outbox signals the workflow as soon as Temporal is back.
        return


def _waiting(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> Turn:
    turn = turn_of(get_task_for_user(request.user, task_id), turn_id)
    if turn.status not in (Turn.Status.PENDING, Turn.Status.QUEUED):
        raise Refused(_("The agent has already started on this message."), 409)
    return turn
