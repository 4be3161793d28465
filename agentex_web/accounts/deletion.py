"""Deleting an account: its running turns are stopped, then all its rows and files are deleted."""

import logging

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from agentex_web.delivery.client import TemporalMissing, signal_turn
from agentex_web.streams.stops import announce_stop
from agentex_web.tasks.models import Turn
from agentex_web.turns.payloads import SignalName

logger = logging.getLogger(__name__)


class DeletionRefused(Exception):
    """The account may not be deleted; the text gives the reason."""


def delete_account(user: User) -> None:
    """Stops the person's open turns, and deletes the account with its chats and files.

    Raises:
        DeletionRefused: the person is the only active administrator.
    """
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    if user.is_superuser and not administrators.exclude(pk=user.pk).exists():
        raise DeletionRefused(_("You are the only administrator. Make someone else an administrator first."))
    turns = list(
        Turn.objects.filter(task__owner=user, status__in=Turn.OPEN).select_related("task").defer("items")
    )
    async_to_sync(_stop_all)(turns)
    with transaction.atomic():
        user.delete()


async def _stop_all(turns: list[Turn]) -> None:
    for turn in turns:
        await announce_stop(str(turn.pk))
        try:
            await signal_turn(turn, SignalName.STOP)
        except TemporalMissing as error:
            logger.warning("Turn %s: not stopped, Temporal is unavailable (%s)", turn.pk, error)
