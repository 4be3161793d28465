"""Views for the approval of a tool call: approve, reject, change it, answer in its place; ask again later."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.actions.access import get_task_for_user
from agentex_web.actions.deciding import ValueOf, decide
from agentex_web.actions.refused import Refused
from agentex_web.background import for_task
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import valid
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.waits.argument_fields import arguments_in
from agentex_web.chat.waits.decisions import card, decide_and_show
from agentex_web.chat.waits.views import WaitView
from agentex_web.journal import waits
from agentex_web.journal.change import Change
from agentex_web.journal.record import report_in_time
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import open_for

REASON_LENGTH = 2_000
ANSWER_LENGTH = 100_000
MOST_AT_ONCE = 100


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
        for other in await in_database(_others_shown, request, task_id, wait_id):
            with suppress(Refused):
                await decide(person(request), task_id, other, Wait.Kind.APPROVAL, value_of)
    return await decide_and_show(request, task_id, wait_id, Wait.Kind.APPROVAL, value_of)


@require_POST
@signed_in
async def ask_again(request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> HttpResponse:
    """Revokes the permission that always allows a tool in this chat."""
    wait, changed = await in_database(_ask_again, request, task_id, wait_id)
    for_task(task_id, report_in_time(changed))
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return await in_database(card, request, wait)


def _ask_again(request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> tuple[Wait, Change[None]]:
    task = get_task_for_user(request.user, task_id)
    wait = task.waits.filter(pk=wait_id, kind=Wait.Kind.APPROVAL).first()
    if wait is None:
        raise Http404("There is no such approval.")
    return wait, waits.ask_again(task.pk, wait.pk)


def _others_shown(request: HttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> list[uuid.UUID]:
    """The other calls of the same turn that wait for this person's approval and were shown, oldest first."""
    mine = open_for(request.user).filter(task_id=task_id, kind=Wait.Kind.APPROVAL).exclude(pk=wait_id)
    same = mine.filter(turn__in=Wait.objects.filter(pk=wait_id).values("turn"))
    # Nobody has seen a call that came after the page.
    shown = set(request.POST.getlist("shown"))
    found = same.order_by("created_at").values_list("pk", flat=True)
    return [each for each in found if str(each) in shown][:MOST_AT_ONCE]


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
