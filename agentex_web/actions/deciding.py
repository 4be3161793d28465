"""Decides what a turn waits for. The first decision counts; later ones are refused."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.actions.access import get_readable_task
from agentex_web.actions.refused import Refused
from agentex_web.background import for_task
from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.decisions import deliver_decision
from agentex_web.journal import waits
from agentex_web.journal.change import Change
from agentex_web.journal.record import report_in_time, report_wait
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import decidable_by

ValueOf = Callable[[Wait], Mapping[str, Any]]
Along = Callable[[Wait], None]
"""Writes what belongs to a decision, in its transaction; may raise ``Refused``."""


def nothing_along(_wait: Wait) -> None:
    pass


async def decide(
    person: User,
    task_id: uuid.UUID,
    wait_id: uuid.UUID,
    kind: Wait.Kind,
    value_of: ValueOf,
    along: Along = nothing_along,
) -> Wait:
    """Commits the decision, and reports and delivers it in the background.

    Args:
        value_of: returns the person's decision; may raise ``Refused``.
        along: called if this decision counts.

    Raises:
        Http404: there is no such wait, or the person may not read its chat.
        Refused: this person cannot decide the wait, or not any more.
    """
    decided = await in_database(commit, person, task_id, wait_id, kind, value_of, along)
    for_task(task_id, report_in_time(decided))
    for_task(task_id, report_wait(decided.result))
    if not decided.result.is_waiting:
        for_task(task_id, _deliver(decided.result))
    return decided.result


def commit(
    person: User,
    task_id: uuid.UUID,
    wait_id: uuid.UUID,
    kind: Wait.Kind,
    value_of: ValueOf,
    along: Along = nothing_along,
) -> Change[Wait]:
    """Commits the decision; as `decide`."""
    wait = Wait.objects.select_related("task").filter(pk=wait_id, task_id=task_id, kind=kind).first()
    if wait is None:
        raise Http404("There is nothing to decide.")
    if not decidable_by(person).filter(pk=wait_id).exists():
        # Raises Http404 for people who may not read the chat: they do not learn that it exists.
        get_readable_task(person, task_id)
        raise Refused(_not_yours(wait), 403)
    value = value_of(wait)
    try:
        with transaction.atomic():
            decided = waits.decide(task_id, wait_id, value, person)
            along(decided.result)
        return decided
    except waits.AlreadyDecided as late:
        raise Refused(_too_late(late.wait), 409) from None
    except waits.AnotherMustApprove:
        raise Refused(_("You have already approved this. Someone else must approve it too."), 409) from None


def may_change(wait: Wait) -> bool:
    """True if a person may change the call's arguments or answer in the tool's place: a function call that
    one person approves.
    """
    return wait.people == 1 and wait.payload.get("type") == "function_call"


def may_allow(wait: Wait) -> bool:
    """True if the tool can be always allowed in the chat, which only the chat's owner can do."""
    return not wait.group


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
