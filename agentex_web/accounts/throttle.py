"""Limits wrong passwords per account and per network address, before a password is hashed."""

from django.conf import settings
from django.utils.translation import gettext as _

from agentex_web.limits.counting import Limit, hit_now, take_back
from agentex_web.limits.words import in_words


class LoginLocked(Exception):
    """Too many wrong passwords. The text and ``seconds`` give the time until the next attempt."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.seconds = seconds


def _account_limit() -> Limit:
    return Limit("login", settings.AGENTEX_LOGIN_ATTEMPTS, settings.AGENTEX_LOGIN_SECONDS)


def _address_limit() -> Limit:
    return Limit("login-from", settings.AGENTEX_ADDRESS_ATTEMPTS, 60)


def begin_attempt(account: str, address: str) -> None:
    """Counts a login as failed until `succeeded` takes that back, so that parallel attempts count too.

    Args:
        account: the username or email address, as the person typed it.

    Raises:
        LoginLocked: this account or this address had too many failed logins.
    """
    limit = _address_limit()
    found = hit_now(limit, address)
    if found.exceeds(limit):
        raise LoginLocked(
            _("Too many failed logins from your network. Try again in %(time)s.")
            % {"time": in_words(found.wait)},
            found.wait,
        )
    limit = _account_limit()
    found = hit_now(limit, account.casefold())
    if found.exceeds(limit):
        raise LoginLocked(
            _("Too many failed logins for this account. Try again in %(time)s.")
            % {"time": in_words(found.wait)},
            found.wait,
        )


def succeeded(account: str, address: str) -> None:
    """Takes back the attempt that `begin_attempt` counted, because the password was right."""
    take_back(_address_limit(), address)
    take_back(_account_limit(), account.casefold())
