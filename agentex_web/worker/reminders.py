"""Reminds people of what waits for them: by mail, and by announcing it again in their open pages."""

import asyncio
import logging
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agentex_web.accounts.invitations import public_origin
from agentex_web.journal.record import report_chat, report_wait
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import addresses_of

logger = logging.getLogger(__name__)
BATCH = 20


async def send_reminders() -> int:
    """Sends due reminders; returns their number. If the mail server is unavailable, a mail is lost."""
    due = await in_database(_taken)
    for wait, addresses in due:
        await report_chat(wait.task.owner_id, str(wait.task_id))
        await report_wait(wait)
        if addresses and settings.EMAIL_URL:
            await asyncio.to_thread(_send, wait, addresses)
    return len(due)


def _taken() -> list[tuple[Wait, dict[str, str]]]:
    """Takes the waits whose reminders are due, with the addresses, so that no other worker sends them."""
    due = Wait.objects.filter(status=Wait.Status.WAITING, remind_at__lte=timezone.now())
    taken: list[tuple[Wait, dict[str, str]]] = []
    for wait in due.select_related("task__agent").order_by("remind_at")[:BATCH]:
        following, others = _following(wait)
        mine = Wait.objects.filter(pk=wait.pk, remind_at=wait.remind_at)
        if mine.update(remind_at=following, reminders=others, reminded_at=timezone.now()):
            taken.append((wait, addresses_of(wait)))
    return taken


def _following(wait: Wait) -> tuple[object, list[float]]:
    """The time of the next future reminder, and the delays of those after it. Of missed ones, one is sent."""
    times = [(wait.created_at + timedelta(seconds=each), each) for each in wait.reminders]
    coming = [pair for pair in times if pair[0] > timezone.now()]
    if not coming:
        return None, []
    return coming[0][0], [each for _time, each in coming[1:]]


def _send(wait: Wait, addresses: dict[str, str]) -> None:
    """Sends one mail to each address, in the person's language, so that no one sees who else was asked."""
    try:
        with get_connection() as connection:
            for address, language in addresses.items():
                with translation.override(language or None):
                    mail = _mail(wait, address)
                try:
                    connection.send_messages([mail])
                except (SMTPRecipientsRefused, SMTPResponseException) as error:
                    # The server refuses this one; the others may be right.
                    _note_failure(wait, error)
    except (OSError, SMTPException) as error:
        _note_failure(wait, error)


def _mail(wait: Wait, address: str) -> EmailMessage:
    context = {"wait": wait, "link": public_origin() + reverse("chat:inbox"), "site": public_origin()}
    subject = _("%(agent)s is waiting for you: %(title)s") % {
        "agent": wait.task.agent.title,
        "title": wait.title,
    }
    text = render_to_string("inbox/email/reminder.txt", context)
    return EmailMessage(" ".join(subject.split())[:150], text, to=[address])


def _note_failure(wait: Wait, error: Exception) -> None:
    logger.warning("Task %s: a reminder of wait %s was not sent: %s", wait.task_id, wait.pk, error)
