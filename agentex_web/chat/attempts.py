"""Acts on a call that failed and waits for its next attempt: try now, give up, or enter the result."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from temporalio.service import RPCError

from agentex_web.actions.access import get_task_for_user, turn_of
from agentex_web.actions.permissions import may_enter_result, no_access
from agentex_web.actions.refused import Refused
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import limited, refusal, valid
from agentex_web.delivery import attempts
from agentex_web.delivery.client import TemporalMissing, signal_turn
from agentex_web.journal import tool_calls
from agentex_web.journal.record import record
from agentex_web.limits.people import count_message
from agentex_web.tasks import queries
from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.permissions import usable_agents
from agentex_web.tasks.threads import in_database
from agentex_web.turns.payloads import SignalName

RESULT_LENGTH = 100_000
NOT_WAITING = _("Nothing is waiting to be retried.")


class AttemptForm(forms.Form):
    """``message`` is the id of a tool call's message; empty means the turn's model call."""

    do = forms.ChoiceField(choices=[(each, each) for each in ("now", "give_up", "supply")])
    message = forms.UUIDField(required=False)
    result = forms.CharField(required=False, strip=False, max_length=RESULT_LENGTH)


@require_POST
@signed_in
@limited(count_message)
async def attempt(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Responds with 204 once Temporal has accepted the request; the page gets the rest over its socket.

    An attempt that is made now may be a call of the model, so it counts as a message.
    """
    try:
        task, turn, activity, asked = await in_database(_waiting, request, task_id, turn_id)
        await _act(task, turn, activity, asked)
    except Refused as refused:
        return await refusal(request, refused)
    return HttpResponse(status=204)


def _waiting(
    request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID
) -> tuple[Task, Turn, str, dict[str, Any]]:
    task = get_task_for_user(request.user, task_id)
    turn = turn_of(task, turn_id)
    asked = valid(AttemptForm(request.POST))
    if asked["do"] == "supply" and not asked["message"]:
        raise Refused(gettext("Only a tool's result can be entered manually."))
    if asked["do"] == "supply" and not may_enter_result(person(request), task.agent):
        raise Refused(gettext("Only staff can enter the result of this agent's tools."), 403)
    usable = usable_agents(person(request))
    if asked["do"] != "give_up" and not usable.filter(pk=task.agent_id).exists():
        raise Refused(no_access(task.agent), 403)
    activity = queries.waiting_activity(turn, asked["message"])
    if not activity:
        raise Refused(str(NOT_WAITING), 409)
    return task, turn, activity, asked


async def _act(task: Task, turn: Turn, activity: str, asked: dict[str, Any]) -> None:
    try:
        match asked["do"], asked["message"]:
            case "now", _:
                await attempts.try_now(task.workflow_id, activity)
            case "give_up", None:
                # Temporal 1.32 cannot fail a waiting activity by its id; a Stop ends the turn at once.
                attempts_made = turn.attempt - 1
                words = "1 attempt" if attempts_made == 1 else f"{attempts_made} attempts"
                reason = f"Cancelled after {words}. {turn.error}"
                await signal_turn(turn, SignalName.STOP, reason)
            case "give_up", message:
                # The model receives this as the tool's error and can continue.
                await record(tool_calls.supply_by_hand, task.pk, message)
                await attempts.supply(
                    task.workflow_id, activity, "The tool failed, and the user gave up on it."
                )
            case _, message:
                await record(tool_calls.supply_by_hand, task.pk, message)
                await attempts.supply(task.workflow_id, activity, asked["result"])
    except RPCError as error:
        raise Refused(str(NOT_WAITING), 409) from error
    except TemporalMissing as error:
        raise Refused(gettext("The agents cannot be reached. Try again in a moment."), 503) from error
