"""Mails people that what works for them in the background has ended, where the setting says so."""

import asyncio
import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.accounts.invitations import public_origin
from agentex_web.tasks.models import Turn
from agentex_web.tasks.threads import in_database
from agentex_web.watches.models import Notice

logger = logging.getLogger(__name__)
BATCH = 20


async def send_news() -> int:
    """Sends the mails that are due; returns how many. One that fails is not sent again."""
    due = await in_database(_taken)
    for notice in due:
        await asyncio.to_thread(_send, notice)
    return len(due)


def _taken() -> list[Notice]:
    """What has ended and was not seen: each goes to one worker alone."""
    rows = Notice.objects.filter(mail_at__lte=timezone.now()).exclude(turn__status__in=Turn.OPEN)
    found = list(rows.select_related("person", "turn__task__agent").defer("turn__items")[:BATCH])
    taken = [
        each for each in found if Notice.objects.filter(pk=each.pk, mail_at=each.mail_at).update(mail_at=None)
    ]
    return [each for each in taken if each.seen_at is None and each.person.email]


def _send(notice: Notice) -> None:
    task = notice.turn.task
    subject = _("%(title)s: %(status)s") % {"title": task.title, "status": notice.turn.get_status_display()}
    try:
        send_mail(subject, public_origin() + task.get_absolute_url(), None, [notice.person.email])
    except (SMTPException, OSError) as error:
        logger.warning("Task %s: no mail about its end was sent: %s", task.pk, error)
