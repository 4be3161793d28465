"""Views with which people decide what a turn waits for. The first decision counts; later ones are refused."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agentex_web.background import for_task
from agentex_web.chat.access import get_readable_task, get_task_for_user, person, signed_in
from agentex_web.chat.argument_fields import arguments_in
from agentex_web.chat.message_views import MessageView
from agentex_web.chat.refusals import Refused, refusal, valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.wait_views import WaitView, add_waits
from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.decisions import deliver_decision
from agentex_web.journal import waits
from agentex_web.journal.change import Change
from agentex_web.journal.record import report_in_time, report_wait
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import decided_by, open_for

REASON_LENGTH = 2_000
ANSWER_LENGTH = 100_000
MOST_AT_ONCE = 100
ENDED = gettext_lazy("The agent has finished. There is nothing left to decide.")

ValueOf = Callable[[Wait], Mapping[str, Any]]


class ApprovalForm(forms.Form):
    """A person's decision about a tool call."""

    do = forms.ChoiceField(
        choices=[(each, each) for each in ("approve", "all", "always", "change", "reject", "answer")]
    )
    reason = forms.CharField(required=False, max_length=REASON_LENGTH)
    output = forms.CharField(required=False, strip=False, max_length=ANSWER_LENGTH)


@require_POST
@signed_in
async def approval(request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> HttpResponse:
    """Approves or rejects a tool call, or answers in its place. Responds with its current card.

    ``do=all`` also approves the other calls of the turn that wait for the person and are among ``shown``, the
    ids of what the page shows. Their cards follow on the socket.
    """
    value_of: ValueOf = lambda wait: _verdict(request, wait)  # noqa: E731
    if request.POST.get("do") == "all":
        for other in await in_database(_others, request, task_id, wait_id):
            with suppress(Refused):
                await _decided(request, task_id, other, Wait.Kind.APPROVAL, value_of)
    return await decide(request, task_id, wait_id, Wait.Kind.APPROVAL, value_of)


@require_POST
@signed_in
async def ask_again(request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> HttpResponse:
    """Revokes the permission that always allows a tool in this chat."""
    wait, changed = await in_database(_ask_again, request, task_id, wait_id)
    for_task(task_id, report_in_time(changed))
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return await in_database(_card, request, wait)


def _ask_again(request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> tuple[Wait, Change[None]]:
    task = get_task_for_user(request.user, task_id)
    wait = task.waits.filter(pk=wait_id, kind=Wait.Kind.APPROVAL).first()
    if wait is None:
        raise Http404("There is no such approval.")
    return wait, waits.ask_again(task.pk, wait.pk)


async def decide(
    request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID, kind: Wait.Kind, value_of: ValueOf
) -> HttpResponse:
    """Decides a wait. Responds with its card.

    Args:
        value_of: returns the person's decision; may raise ``Refused``.
    """
    try:
        wait = await _decided(request, task_id, wait_id, kind, value_of)
    except Refused as refused:
        return await refusal(request, refused)
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return await in_database(_card, request, wait)


async def _decided(
    request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID, kind: Wait.Kind, value_of: ValueOf
) -> Wait:
    decided = await in_database(_decide, request, task_id, wait_id, kind, value_of)
    for_task(task_id, report_in_time(decided))
    for_task(task_id, report_wait(decided.result))
    if not decided.result.is_waiting:
        for_task(task_id, _deliver(decided.result))
    return decided.result


def _others(request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> list[uuid.UUID]:
    """The other calls of the same turn that wait for this person's approval and were shown, oldest first."""
    mine = open_for(request.user).filter(task_id=task_id, kind=Wait.Kind.APPROVAL).exclude(pk=wait_id)
    same = mine.filter(turn__in=Wait.objects.filter(pk=wait_id).values("turn"))
    # Nobody has seen a call that came after the page.
    shown = set(request.POST.getlist("shown"))
    found = same.order_by("created_at").values_list("pk", flat=True)
    return [each for each in found if str(each) in shown][:MOST_AT_ONCE]


def _decide(
    request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID, kind: Wait.Kind, value_of: ValueOf
) -> Change[Wait]:
    wait = Wait.objects.select_related("task").filter(pk=wait_id, task_id=task_id, kind=kind).first()
    if wait is None:
        raise Http404("There is nothing to decide.")
    if not decided_by(request.user).filter(pk=wait_id).exists():
        # Raises Http404 for people who may not read the chat: they do not learn that it exists.
        get_readable_task(request.user, task_id)
        raise Refused(_not_yours(wait), 403)
    try:
        return waits.decide(task_id, wait_id, value_of(wait), person(request))
    except waits.AlreadyDecided as late:
        raise Refused(_too_late(late.wait), 409) from None
    except waits.AnotherMustApprove:
        raise Refused(_("You have already approved this. Someone else must approve it too."), 409) from None


def _verdict(request: HttpRequest, wait: Wait) -> Mapping[str, Any]:
    said, view = valid(ApprovalForm(request.POST)), WaitView(wait, may_decide=True)
    match said["do"]:
        case "approve" | "all":
            return {"verdict": "approve"}
        case "reject":
            return {"verdict": "reject", "reason": said["reason"]}
        case "always" if view.may_allow:
            return {"verdict": "approve", "always": True}
        case "change" if view.fields:
            arguments = arguments_in(request.POST, view.fields)
            changed = arguments != wait.payload.get("arguments")
            return {"verdict": "approve", **({"arguments": arguments} if changed else {})}
        case "answer" if view.may_answer:
            return {"verdict": "answer", "output": said["output"]}
    raise Refused(_("This call can only be approved or rejected."))


def _not_yours(wait: Wait) -> str:
    if wait.group:
        return _("Only members of the group “%(group)s” can decide this.") % {"group": wait.group}
    return _("Only the owner of the chat can decide this.")


def _too_late(wait: Wait) -> str:
    if wait.status == Wait.Status.CANCELLED:
        return str(ENDED)
    if wait.status == Wait.Status.EXPIRED or wait.decided_at is None:
        return _("The deadline passed before you decided.")
    who = wait.decided_by.get_username() if wait.decided_by else _("someone")
    at = date(timezone.localtime(wait.decided_at), "H:i")
    return _("This was already decided by %(who)s at %(at)s.") % {"who": who, "at": at}


async def _deliver(wait: Wait) -> None:
    try:
        await deliver_decision(wait)
    except TemporalMissing:
        # A worker's outbox delivers the decision as soon as Temporal is back.
        return


def _card(request: HttpRequest, wait: Wait) -> HttpResponse:
    view = MessageView(Message.objects.get(pk=wait.pk))
    add_waits([view], request.user)
    return render(request, "chat/_message.html", {"view": view, "task_id": wait.task_id})
