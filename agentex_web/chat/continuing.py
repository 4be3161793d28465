"""Continues an answer that was cut at the model's length limit."""

import uuid

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.actions.access import get_task_for_user, turn_of
from agentex_web.actions.permissions import check_idle, check_send
from agentex_web.actions.refused import Refused
from agentex_web.background import for_task
from agentex_web.chat.access import signed_in
from agentex_web.chat.forms import ContinueForm
from agentex_web.chat.refusals import limited, refusal, valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.delivery.messages import hand_over
from agentex_web.journal import continuing
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.limits.people import count_message
from agentex_web.tasks.threads import in_database


@require_POST
@signed_in
@limited(count_message)
async def continue_answer(request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Continues the chat's last answer in the same message. Pages get it over their sockets."""
    try:
        accepted = await in_database(_reopen, request, task_id, turn_id)
    except Refused as refused:
        return await refusal(request, refused)
    if accepted.result.created:
        for_task(task_id, hand_over(accepted))
    if request.htmx:
        return HttpResponse(status=204)
    return HttpResponseRedirect(accepted.result.turn.task.get_absolute_url())


@transaction.atomic
def _reopen(request: HtmxHttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> Change[Accepted]:
    task = get_task_for_user(request.user, task_id, lock=True)
    turn = turn_of(task, turn_id)
    number = valid(ContinueForm(request.POST))["number"]
    check_send(task)
    check_idle(task, besides=turn)
    try:
        return continuing.reopen(task, turn, number)
    except continuing.NothingToContinue:
        raise Refused(_("This answer cannot be continued. Reload the page."), 409) from None
