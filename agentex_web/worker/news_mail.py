"""Mails people when background work for them has ended or needs them, if the settings allow it."""

import asyncio
import logging
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agentex_web.accounts.invitations import public_origin
from agentex_web.preferences.models import preferences_of
from agentex_web.push.models import Told
from agentex_web.push.news import WINDOW, words_for_cut
from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from agentex_web.watches.models import Notice

logger = logging.getLogger(__name__)
BATCH = 20

Mail = tuple[User, Task, str]
"""Recipient, chat and subject."""


async def send_news() -> int:
    """Sends the mails that are due and returns their number. A mail that fails is not sent again."""
    due = await in_database(_due)
    for person, task, subject in due:
        await asyncio.to_thread(_send, person.email, task, subject)
    return len(due)


def _due() -> list[Mail]:
    """Takes the mails that are due, so that no other worker sends them too."""
    if not (settings.AGENTEX_BACKGROUND_MAIL and settings.EMAIL_URL):
        return []
    return [mail for mail in (*_ended(), *_waiting()) if _wants(mail[0])]


def _wants(person: User) -> bool:
    return bool(person.email) and person.is_active and preferences_of(person.pk).mail


def _ended() -> list[Mail]:
    """Takes the mails about ended turns that their people have not seen."""
    rows = Notice.objects.filter(mail_at__lte=timezone.now()).exclude(turn__status__in=Turn.OPEN)
    found = list(rows.select_related("person", "turn__task__agent").defer("turn__items")[:BATCH])
    taken = [
        each for each in found if Notice.objects.filter(pk=each.pk, mail_at=each.mail_at).update(mail_at=None)
    ]
    return [
        (each.person, each.turn.task, _subject(each.person, each.turn.task, each.turn))
        for each in taken
        if each.seen_at is None
    ]


def _waiting() -> list[Mail]:
    """Takes the mails about questions that were asked within the last WINDOW."""
    now = timezone.now()
    waits = Wait.objects.filter(
        status=Wait.Status.WAITING,
        kind__in=Wait.FOR_PEOPLE,
        group="",
        created_at__gt=now - WINDOW,
        turn__notice__mail_at__isnull=False,
        turn__notice__seen_at=None,
    )
    made = []
    for wait in waits.select_related("task__owner", "task__agent").order_by("created_at")[:BATCH]:
        person = wait.task.owner
        if Told.objects.get_or_create(person=person, event=f"mail/{wait.pk}")[1]:
            made.append((person, wait.task, _subject(person, wait.task)))
    return made


def _subject(person: User, task: Task, ended: Turn | None = None) -> str:
    """The subject of the mail.

    Args:
        ended: the turn that has ended; None if the chat waits for the person.
    """
    with translation.override(preferences_of(person.pk).language or None):
        if ended is None:
            text = _("%(agent)s is waiting for you: %(title)s") % {
                "agent": task.agent.title,
                "title": task.title,
            }
        else:
            text = _("%(title)s: %(status)s") % {"title": task.title, "status": _status(ended)}
    return " ".join(text.split())[:150]


def _status(turn: Turn) -> str:
    if turn.status == Turn.Status.DONE:
        return _("Done")
    if turn.status == Turn.Status.FAILED:
        return words_for_cut() if turn.cut else _("Failed")
    return _("Stopped")


def _send(address: str, task: Task, subject: str) -> None:
    try:
        send_mail(subject, public_origin() + task.get_absolute_url(), None, [address])
    except (SMTPException, OSError) as error:
        logger.warning("Task %s: no mail about it was sent: %s", task.pk, error)
