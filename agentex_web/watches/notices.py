"""Notices: people who are notified when a turn has ended."""

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from agentex_web.tasks.models import Turn
from agentex_web.watches.models import Notice


def notify(user: User, turn: Turn) -> None:
    """Registers that the person is notified when the turn has ended or needs them. Idempotent."""
    mailed = settings.AGENTEX_BACKGROUND_MAIL and settings.EMAIL_URL
    given = {"person": user, "mail_at": timezone.now() if mailed else None}
    Notice.objects.get_or_create(turn=turn, defaults=given)
