"""What a person decides about what turns wait for. Decided once: the first one wins, the others are told."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from agentex_web.chat.access import get_readable_task, person, signed_in
from agentex_web.chat.conversation import MessageView
from agentex_web.chat.delivery import in_background, report_in_time
from agentex_web.chat.refusals import Refused, refusal, valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.wait_views import add_waits
from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.decisions import deliver_decision
from agentex_web.journal import waits
from agentex_web.journal.change import Change
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import decided_by

REASON_LENGTH = 2_000
ANSWER_LENGTH = 100_000
ENDED = "The turn has ended, so there is nothing to decide any more."

ValueOf = Callable[[Wait], Mapping[str, Any]]


class ApprovalForm(forms.Form):
    """What a person says about a tool call."""

    do = forms.ChoiceField(choices=[(each, each) for each in ("approve", "reject", "answer")])
    reason = forms.CharField(required=False, max_length=REASON_LENGTH)
    output = forms.CharField(required=False, strip=False, max_length=ANSWER_LENGTH)


@require_POST
@signed_in
async def approval(request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> HttpResponse:
    """Approves or rejects a tool call, or answers in its place; answers with the card as it is now."""
    return await decide(request, task_id, wait_id, Wait.Kind.APPROVAL, lambda _wait: _verdict(request))


async def decide(
    request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID, kind: Wait.Kind, value_of: ValueOf
) -> HttpResponse:
    """Decides a wait; answers with its card.

    Args:
        value_of: reads from the request what the person decided; it may raise ``Refused``.
    """
    try:
        decided = await in_database(_decide, request, task_id, wait_id, kind, value_of)
    except Refused as refused:
        return await refusal(request, refused)
    in_background(task_id, report_in_time(decided))
    if not decided.result.is_waiting:
        in_background(task_id, _tell(decided.result))
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return await in_database(_card, request, decided.result)


def _decide(
    request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID, kind: Wait.Kind, value_of: ValueOf
) -> Change[Wait]:
    wait = Wait.objects.select_related("task").filter(pk=wait_id, task_id=task_id, kind=kind).first()
    if wait is None:
        raise Http404("There is nothing to decide.")
    if not decided_by(request.user).filter(pk=wait_id).exists():
        # Who may not even read the chat does not learn that it exists.
        get_readable_task(request.user, task_id)
        raise Refused(_not_yours(wait), 403)
    try:
        return waits.decide(task_id, wait_id, value_of(wait), person(request))
    except waits.AlreadyDecided as late:
        raise Refused(_too_late(late.wait), 409) from None


def _verdict(request: HttpRequest) -> Mapping[str, Any]:
    said = valid(ApprovalForm(request.POST))
    match said["do"]:
        case "approve":
            return {"verdict": "approve"}
        case "reject":
            return {"verdict": "reject", "reason": said["reason"]}
        case _:
            return {"verdict": "answer", "output": said["output"]}


def _not_yours(wait: Wait) -> str:
    return (
        f"People of the group “{wait.group}” decide this."
        if wait.group
        else "The owner of the chat decides this."
    )


def _too_late(wait: Wait) -> str:
    if wait.status == Wait.Status.CANCELLED:
        return ENDED
    if wait.status == Wait.Status.EXPIRED or wait.decided_at is None:
        return "The deadline was over before you decided."
    who = wait.decided_by.get_username() if wait.decided_by else "somebody"
    return f"This was already decided by {who} at {date(timezone.localtime(wait.decided_at), 'H:i')}."


async def _tell(wait: Wait) -> None:
    try:
        await deliver_decision(wait)
    except TemporalMissing:
        # The outbox of a worker tells it as soon as Temporal is back.
        return


def _card(request: HttpRequest, wait: Wait) -> HttpResponse:
    view = MessageView(Message.objects.get(pk=wait.pk))
    add_waits([view], request.user)
    return render(request, "chat/_message.html", {"view": view, "task_id": wait.task_id})
