"""Versions of a turn: sends the same message again, sends an edited one, shows an earlier one."""

import uuid

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from agentex_web.actions.access import get_task_for_user, turn_of
from agentex_web.actions.permissions import check_idle
from agentex_web.actions.refused import Refused
from agentex_web.actions.sending import Edited, send_again
from agentex_web.background import for_task
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.forms import EditForm
from agentex_web.chat.refusals import limited, refusal, valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.delivery.messages import hand_over
from agentex_web.journal import branches
from agentex_web.journal.change import Change
from agentex_web.journal.record import report
from agentex_web.journal.sent import Accepted
from agentex_web.limits.people import count_message
from agentex_web.tasks.threads import in_database


@require_POST
@signed_in
@limited(count_message)
async def retry(request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Sends the turn's message again as a sibling turn, after a failure or for another answer."""
    return await _sibling(request, task_id, turn_id, edited=False)


@require_POST
@signed_in
@limited(count_message)
async def edit(request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Sends an edited message as a sibling of the turn that it replaces."""
    return await _sibling(request, task_id, turn_id, edited=True)


@require_POST
@signed_in
async def show(request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Shows another version of the turn and what followed it, in every tab."""
    try:
        shown = await in_database(_show, request, task_id, turn_id)
    except Refused as refused:
        return await refusal(request, refused)
    for_task(task_id, report(shown))
    return _answer(request, task_id)


async def _sibling(
    request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID, *, edited: bool
) -> HttpResponse:
    try:
        accepted = await in_database(_accept, request, task_id, turn_id, edited=edited)
    except Refused as refused:
        return await refusal(request, refused)
    for_task(task_id, hand_over(accepted))
    return _answer(request, task_id)


def _accept(
    request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID, *, edited: bool
) -> Change[Accepted]:
    return send_again(person(request), task_id, turn_id, (lambda: _edited(request)) if edited else Edited)


def _edited(request: HtmxHttpRequest) -> Edited:
    again = valid(EditForm(request.POST))
    return Edited(again["content"], again["keep"])


@transaction.atomic
def _show(request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[None]:
    task = get_task_for_user(request.user, task_id, lock=True)
    turn = turn_of(task, turn_id)
    check_idle(task)
    return branches.show_branch(task, turn.pk)


def _answer(request: HtmxHttpRequest, task_id: uuid.UUID) -> HttpResponse:
    if request.htmx:
        # This page, like every other page of the task, gets the change over its socket.
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
