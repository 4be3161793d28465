"""Deleting an account: its running turns are stopped, its chats are deleted one by one, then the account.

With SQLite, everybody's writes wait for each transaction, and an account may have thousands of chats. So each
chat has a transaction of its own, and what takes longer than a request should is left to a worker.
"""

import logging
import time
from collections.abc import Sequence

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from agentex_web.accounts.models import AccountDeletion
from agentex_web.delivery.client import TemporalMissing, signal_turn
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks import deletions
from agentex_web.tasks.models import Task, Turn
from agentex_web.turns.payloads import SignalName

logger = logging.getLogger(__name__)

REQUEST_SECONDS = 3.0
"""How long a request deletes; a worker does the rest."""
SWEEP_SECONDS = 10.0
BATCH = 50


class DeletionRefused(Exception):
    """The account may not be deleted; the text gives the reason."""


def are_the_only_administrators(users: Sequence[User], *, lock: bool = False) -> bool:
    """Whether the site has administrators, and all of them are among these people.

    Args:
        lock: until the end of the transaction, nobody else changes who is one. Otherwise two administrators
            could remove each other at the same moment.
    """
    # Without "staff", a superuser cannot open the admin.
    found = User.objects.filter(is_superuser=True, is_active=True, is_staff=True)
    if lock:
        found = found.select_for_update().order_by("pk")
    active = set(found.values_list("pk", flat=True))
    return bool(active) and active <= {each.pk for each in users}


def delete_account(user: User) -> None:
    """Stops the person's open turns and deactivates the account; it is gone at once or, if it has many chats,
    after a worker has deleted them.

    Raises:
        DeletionRefused: the person is the only active administrator.
    """
    _check(user)
    turns = list(
        Turn.objects.filter(task__owner=user, status__in=Turn.OPEN).select_related("task").defer("items")
    )
    async_to_sync(_stop_all)(turns)
    with transaction.atomic():
        _check(user, lock=True)
        # Closes the open pages, and ends the sessions, imports and schedules.
        user.is_active = False
        user.save(update_fields=("is_active",))
        AccountDeletion.objects.get_or_create(user=user)
    try:
        _delete(user.pk, time.monotonic() + REQUEST_SECONDS)
    except DatabaseError:
        logger.warning("Account %s: a worker will finish deleting it", user.pk, exc_info=True)


def _check(user: User, *, lock: bool = False) -> None:
    if are_the_only_administrators([user], lock=lock):
        raise DeletionRefused(_("You are the only administrator. Make someone else an administrator first."))


def delete_accounts() -> None:
    """One sweep of a worker: continues to delete accounts, for about SWEEP_SECONDS."""
    end = time.monotonic() + SWEEP_SECONDS
    for user_id in AccountDeletion.objects.order_by("?").values_list("user", flat=True)[:BATCH]:
        try:
            _delete(user_id, end)
        except Exception:
            logger.exception("Account %s: deleting it will be tried again", user_id)


def _delete(user_id: int, end: float) -> None:
    """Deletes the person's chats, and the account if none is left.

    Args:
        end: when to stop, by the monotonic clock.
    """
    while chats := list(Task.objects.filter(owner=user_id).order_by().values_list("pk", flat=True)[:BATCH]):
        for task_id in chats:
            if time.monotonic() > end or not deletions.empty(task_id, end):
                return
            with transaction.atomic():
                # Another worker, or the request, may be deleting the same chats.
                task = Task.objects.select_for_update().filter(pk=task_id).first()
                if task is not None:
                    task.delete()
    with transaction.atomic():
        # The lock makes a chat that is imported at this moment wait; then it has no owner, and is refused.
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is not None:
            user.delete()


async def _stop_all(turns: list[Turn]) -> None:
    for turn in turns:
        await announce_stop(str(turn.pk))
        try:
            await signal_turn(turn, SignalName.STOP)
        except TemporalMissing as error:
            logger.warning("Turn %s: not stopped, Temporal is unavailable (%s)", turn.pk, error)
