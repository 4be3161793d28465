"""Decides what a turn waits for, and shows the result. The first decision counts; later ones are refused."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.background import for_task
from agentex_web.chat.access import get_readable_task, person
from agentex_web.chat.message_views import MessageView
from agentex_web.chat.refusals import Refused, refusal
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.waits.views import add_waits
from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.decisions import deliver_decision
from agentex_web.journal import waits
from agentex_web.journal.change import Change
from agentex_web.journal.record import report_in_time, report_wait
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import decidable_by

ValueOf = Callable[[Wait], Mapping[str, Any]]
Along = Callable[[Wait], None]
"""Writes what belongs to a decision, in its transaction; may raise ``Refused``."""


def _nothing(_wait: Wait) -> None:
    pass


async def decide_and_show(
    request: HtmxHttpRequest,
    task_id: uuid.UUID,
    wait_id: uuid.UUID,
    kind: Wait.Kind,
    value_of: ValueOf,
    along: Along = _nothing,
) -> HttpResponse:
    """Decides a wait. Responds with its card.

    Args:
        value_of: returns the person's decision; may raise ``Refused``.
        along: called if this decision counts.
    """
    try:
        wait = await decide(request, task_id, wait_id, kind, value_of, along)
    except Refused as refused:
        return await refusal(request, refused)
    if not request.htmx:
        return HttpResponseRedirect(reverse("chat:task", args=(task_id,)))
    return await in_database(card, request, wait)


async def decide(
    request: HttpRequest,
    task_id: uuid.UUID,
    wait_id: uuid.UUID,
    kind: Wait.Kind,
    value_of: ValueOf,
    along: Along = _nothing,
) -> Wait:
    """Commits the decision, and reports and delivers it in the background.

    Raises:
        Refused: this person cannot decide the wait, or not any more.
    """
    decided = await in_database(_commit, request, task_id, wait_id, kind, value_of, along)
    for_task(task_id, report_in_time(decided))
    for_task(task_id, report_wait(decided.result))
    if not decided.result.is_waiting:
        for_task(task_id, _deliver(decided.result))
    return decided.result


def _commit(
    request: HttpRequest,
    task_id: uuid.UUID,
    wait_id: uuid.UUID,
    kind: Wait.Kind,
    value_of: ValueOf,
    along: Along = _nothing,
) -> Change[Wait]:
    wait = Wait.objects.select_related("task").filter(pk=wait_id, task_id=task_id, kind=kind).first()
    if wait is None:
        raise Http404("There is nothing to decide.")
    if not decidable_by(request.user).filter(pk=wait_id).exists():
        # Raises Http404 for people who may not read the chat: they do not learn that it exists.
        get_readable_task(request.user, task_id)
        raise Refused(_not_yours(wait), 403)
    value = value_of(wait)
    try:
        with transaction.atomic():
            decided = waits.decide(task_id, wait_id, value, person(request))
            along(decided.result)
        return decided
    except waits.AlreadyDecided as late:
        raise Refused(_too_late(late.wait), 409) from None
    except waits.AnotherMustApprove:
        raise Refused(_("You have already approved this. Someone else must approve it too."), 409) from None


def _not_yours(wait: Wait) -> str:
    if wait.group:
        return _("Only members of the group “%(group)s” can decide this.") % {"group": wait.group}
    return _("Only the owner of the chat can decide this.")


def _too_late(wait: Wait) -> str:
    if wait.status == Wait.Status.CANCELLED:
        return _("The agent has finished. There is nothing left to decide.")
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


def card(request: HttpRequest, wait: Wait) -> HttpResponse:
    """The current card of the wait."""
    view = MessageView(Message.objects.get(pk=wait.pk))
    add_waits([view], request.user)
    return render(request, "chat/_message.html", {"view": view, "task_id": wait.task_id})
