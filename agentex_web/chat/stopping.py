"""Views to stop the agent and to withdraw a message. Each commits its change first."""

import uuid
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.actions.access import get_task_for_user, turn_of
from agentex_web.actions.refused import Refused
from agentex_web.actions.stopping import stop as stop_turns
from agentex_web.background import for_task
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import refusal
from agentex_web.delivery.client import TemporalMissing, signal_turn
from agentex_web.journal import stops
from agentex_web.journal.change import Change
from agentex_web.journal.record import report
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import SignalName


@require_POST
@signed_in
async def stop(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """Stops every open turn of the task, running or waiting. With ``undo``, also undoes what the running turn
    has done.
    """
    await stop_turns(person(request), task_id, undo=request.POST.get("undo") == "1")
    return HttpResponse(status=204)


@require_POST
@signed_in
async def withdraw(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Withdraws a message that the agent has not started on."""
    turn, withdrawn = await in_database(_withdraw, request, task_id, turn_id)
    if not withdrawn.result:
        return await refusal(request, Refused(_("The agent has already started. Use Stop instead."), 409))
    for_task(task_id, report(withdrawn))
    for_task(task_id, _withdraw_everywhere(turn))
    return HttpResponse(status=204)


def _withdraw(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> tuple[Turn, Change[bool]]:
    turn = turn_of(get_task_for_user(request.user, task_id), turn_id)
    return turn, stops.withdraw(task_id, turn.pk)


async def _withdraw_everywhere(turn: Turn) -> None:
    for_task(turn.task_id, announce_stop(str(turn.pk)))
    # If Temporal never had the turn, its new status keeps the outbox from delivering it.
    with suppress(*TemporalMissing):
        await signal_turn(turn, SignalName.WITHDRAW)
