"""Views to send a message, stop the agent or withdraw a message. Each commits its change first."""

import uuid
from contextlib import suppress
from dataclasses import replace

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.chat.access import get_task_for_user, person, signed_in, turn_of
from agentex_web.chat.choosing import chosen_for
from agentex_web.chat.delivery import begin_hand_over, in_background
from agentex_web.chat.forms import MessageForm, NewTaskForm
from agentex_web.chat.naming import answered_by
from agentex_web.chat.parameters import parameters_from
from agentex_web.chat.permissions import agent_for, check_send
from agentex_web.chat.refusals import Refused, limited, refusal, valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.seen_zone import note_zone
from agentex_web.delivery.client import TemporalMissing, signal_turn
from agentex_web.delivery.stopping import stop_turns
from agentex_web.journal import sent, turns
from agentex_web.journal.answering import Answering
from agentex_web.journal.change import Change
from agentex_web.journal.record import report
from agentex_web.journal.sent import Accepted
from agentex_web.limits.people import count_message
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks.attachments import AttachmentRefused
from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import SignalName
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
    # After a message for the background, the person returns to the start page.
    aside = "background" in request.POST
    address = reverse("chat:home") if aside else accepted.result.turn.task.get_absolute_url()
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
    aside = "background" in request.POST
    if request.htmx:
        headers = {"HX-Redirect": reverse("chat:home")} if aside else None
        return HttpResponse(status=201 if accepted.result.created else 200, headers=headers)
    address = reverse("chat:home") if aside else accepted.result.turn.task.get_absolute_url()
    return HttpResponseRedirect(address)


@require_POST
@signed_in
async def stop(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """Stops every open turn of the task, running or waiting. With ``undo``, also undoes what the running turn
    has done.
    """
    undo = request.POST.get("undo") == "1"
    stopping = await in_database(_request_stops, request, task_id, undo)
    in_background(task_id, report(stopping))
    in_background(task_id, stop_turns(stopping.result, undo=undo))
    return HttpResponse(status=204)


@require_POST
@signed_in
async def withdraw(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Withdraws a message that the agent has not started on."""
    turn, withdrawn = await in_database(_withdraw, request, task_id, turn_id)
    if not withdrawn.result:
        return await refusal(request, Refused(_("The agent has already started. Use Stop instead."), 409))
    in_background(task_id, report(withdrawn))
    in_background(task_id, _withdraw_everywhere(turn))
    return HttpResponse(status=204)


def _create(request: HttpRequest) -> Change[Accepted]:
    data = valid(NewTaskForm(request.POST))
    agent = agent_for(person(request), data["agent"], data["id"])
    try:
        accepted = sent.new_task(
            person(request),
            agent,
            data["id"],
            data["content"],
            data["attachments"],
            is_temporary=data["temporary"],
            how=Answering(agent, "", chosen_for(agent, request), parameters_from(agent, request.POST)),
        )
    except AttachmentRefused as refused:
        raise Refused(str(refused)) from None
    except sent.IdTaken:
        raise Refused(_("This page is out of date. Reload it."), 409) from None
    return _loaded(accepted, accepted.result.turn.task, request)


@transaction.atomic
def _send(request: HttpRequest, task_id: uuid.UUID) -> Change[Accepted]:
    task = get_task_for_user(request.user, task_id, lock=True)
    data = valid(MessageForm(request.POST))
    check_send(task, data["id"])
    how = answered_by(person(request), task, data["to"])
    how = replace(how, chosen=chosen_for(how.agent, request))
    try:
        accepted = sent.follow_up(task, data["id"], data["content"], data["attachments"], how)
        return _loaded(accepted, task, request)
    except AttachmentRefused as refused:
        raise Refused(str(refused)) from None
    except sent.IdTaken:
        raise Refused(_("This page is out of date. Reload it."), 409) from None


def _loaded(accepted: Change[Accepted], task: Task, request: HttpRequest) -> Change[Accepted]:
    """Sets what the delivery needs, so that the delivery makes no query. If the message is to be answered in
    the background, asks for a notice when the turn ends or needs the person.
    """
    if "background" in request.POST:
        notify(person(request), accepted.result.turn)
    accepted.result.turn.task = task
    task.owner = person(request)
    return accepted


def _request_stops(request: HttpRequest, task_id: uuid.UUID, undo: bool) -> Change[list[Turn]]:
    return turns.request_stops(get_task_for_user(request.user, task_id).pk, undo=undo)


def _withdraw(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> tuple[Turn, Change[bool]]:
    turn = turn_of(get_task_for_user(request.user, task_id), turn_id)
    return turn, turns.withdraw(task_id, turn.pk)


async def _withdraw_everywhere(turn: Turn) -> None:
    in_background(turn.task_id, announce_stop(str(turn.pk)))
    # If Temporal never had the turn, its new status keeps the outbox from delivering it.
    with suppress(*TemporalMissing):
        await signal_turn(turn, SignalName.WITHDRAW)
