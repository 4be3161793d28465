"""Creating the first account: with a link that only the console shows, and that works once."""

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import transaction
from django.urls import reverse

from agentex_web.accounts.forms import FirstAccountForm
from agentex_web.accounts.models import FirstAccount

LINK_SECONDS = 24 * 60 * 60
_SALT = "agentex_web.accounts.setup"


class SetupClosed(Exception):
    """An account exists already, or existed once."""


def setup_is_open() -> bool:
    """True until the first account is created. It stays False even if all accounts are deleted."""
    return not FirstAccount.objects.exists() and not User.objects.exists()


def close_setup() -> None:
    """Records that an account was created, in whatever way."""
    FirstAccount.objects.get_or_create(pk=FirstAccount.ONLY)


def origin() -> str:
    """The site's URL for a browser on this machine, without a trailing slash."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.HOST, settings.HOST)  # noqa: S104  (no binding)
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"http://{host}:{settings.PORT}"


def setup_link() -> str:
    token = signing.TimestampSigner(salt=_SALT).sign("first-account")
    return origin() + reverse("accounts:setup", args=[token])


def is_open(token: str) -> bool:
    """True if the link with this token can still create the first account."""
    try:
        signing.TimestampSigner(salt=_SALT).unsign(token, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return False
    return setup_is_open()


def make_first_account(form: FirstAccountForm) -> User:
    """Saves a valid form as a superuser.

    Raises:
        SetupClosed: someone else created the first account in the meantime.
    """
    with transaction.atomic():
        # Two people may use the link at once. A row that always exists serves as the lock. SQLite has no row
        # locks, but its transactions exclude each other (transaction_mode IMMEDIATE).
        ContentType.objects.select_for_update().get(app_label="auth", model="user")
        if not setup_is_open():
            raise SetupClosed
        return form.save()
