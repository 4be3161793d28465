"""The way to the first account: a link that only the console shows, good until an account exists."""

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import transaction
from django.urls import reverse

from agentex_web.accounts.forms import FirstAccountForm

LINK_SECONDS = 24 * 60 * 60
_SALT = "agentex_web.accounts.setup"


class SetupClosed(Exception):
    """There is an account already."""


def no_accounts() -> bool:
    return not User.objects.exists()


def origin() -> str:
    """Where a browser on this machine finds the site, without a closing slash."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.HOST, settings.HOST)
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"http://{host}:{settings.PORT}"


def setup_link() -> str:
    token = signing.TimestampSigner(salt=_SALT).sign("first-account")
    return origin() + reverse("accounts:setup", args=[token])


def is_open(token: str) -> bool:
    """Whether the link with this token still makes the first account."""
    try:
        signing.TimestampSigner(salt=_SALT).unsign(token, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return False
    return no_accounts()


def make_first_account(form: FirstAccountForm) -> User:
    """Save a valid form as a superuser.

    Raises:
        SetupClosed: somebody else was first.
    """
    with transaction.atomic():
        # Two people may open the link at once. A row that is always there serves as the lock; on SQLite,
        # which has none for rows, the transaction itself is one (transaction_mode IMMEDIATE).
        ContentType.objects.select_for_update().get(app_label="auth", model="user")
        if not no_accounts():
            raise SetupClosed
        return form.save()
