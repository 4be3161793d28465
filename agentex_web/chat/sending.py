"""The views that accept a message: it is committed first, then delivered in the background."""

import uuid
from dataclasses import replace

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.chat.access import get_task_for_user, person, signed_in
from agentex_web.chat.choosing import chosen_for
from agentex_web.chat.forms import MessageForm, NewTaskForm
from agentex_web.chat.naming import answered_by
from agentex_web.chat.parameters import parameters_from
from agentex_web.chat.permissions import agent_for, check_send
from agentex_web.chat.refusals import Refused, limited, refusal, valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.seen_zone import note_zone
from agentex_web.delivery.messages import begin_hand_over
from agentex_web.journal import sent
from agentex_web.journal.answering import Answering
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.limits.people import count_message
from agentex_web.tasks.attachments import AttachmentRefused
from agentex_web.tasks.models import Task
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
    return _for_delivery(accepted, accepted.result.turn.task, request)


@transaction.atomic
def _send(request: HttpRequest, task_id: uuid.UUID) -> Change[Accepted]:
    task = get_task_for_user(request.user, task_id, lock=True)
    data = valid(MessageForm(request.POST))
    check_send(task, data["id"])
    how = answered_by(person(request), task, data["to"])
    how = replace(how, chosen=chosen_for(how.agent, request))
    try:
        accepted = sent.follow_up(task, data["id"], data["content"], data["attachments"], how)
        return _for_delivery(accepted, task, request)
    except AttachmentRefused as refused:
        raise Refused(str(refused)) from None
    except sent.IdTaken:
        raise Refused(_("This page is out of date. Reload it."), 409) from None


def _for_delivery(accepted: Change[Accepted], task: Task, request: HttpRequest) -> Change[Accepted]:
    """Sets what the delivery needs, so that it makes no query. For a message that is answered in the
    background, asks for a notice when the turn ends or needs the person.
    """
    accepted.result.turn.task = task
    task.owner = person(request)
    if _is_for_background(request):
        notify(task.owner, accepted.result.turn)
    return accepted


def _is_for_background(request: HttpRequest) -> bool:
    """True if the message is answered while the person does something else."""
    return "background" in request.POST


def _page_after(request: HttpRequest, accepted: Change[Accepted]) -> str:
    """The address of the page that the person sees next."""
    if _is_for_background(request):
        return reverse("chat:home")
    return accepted.result.turn.task.get_absolute_url()
