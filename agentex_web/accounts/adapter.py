"""django-allauth, as this site uses it."""

import logging
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import MultipleObjectsReturned, PermissionDenied, ValidationError
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agentex_web.accounts import throttle
from agentex_web.accounts.hashing import HashingBusy

logger = logging.getLogger(__name__)

PROVIDER_SECONDS = 5
"""How long another service may take to answer."""
UNKNOWN_ADDRESS = "::"
BUSY = _("Too many people are logging in at the moment. Try again in a few seconds.")
WRONG = _("Please enter a correct username and password. Note that both fields may be case-sensitive.")


class AccountAdapter(DefaultAccountAdapter):
    """Who may sign up, how often a password may be wrong, and whose email address must be confirmed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": _("Please enter a correct email address and password."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("Wrong password."),
        "account_inactive": _("This account has been deactivated. Ask your administrator."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return bool(settings.AGENTEX_SIGNUP == "open")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's network address; one for all where the server names none, as on a socket."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return UNKNOWN_ADDRESS

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The account with this name and password.

        Raises:
            ValidationError: with the code ``locked`` after too many wrong passwords, or ``busy``.
        """
        account = str(credentials.get("username") or credentials.get("email") or "")
        address = self.get_client_ip(request)
        try:
            throttle.begin_attempt(account, address)
            user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        except throttle.LoginLocked as locked:
            raise ValidationError(str(locked), code="locked", params={"seconds": locked.seconds}) from None
        except HashingBusy:
            raise ValidationError(BUSY, code="busy", params={"seconds": 5}) from None
        if user is not None:
            throttle.was_right(account, address)
        return user

    def get_login_stages(self) -> list[str]:
        """allauth's, but for the one that asks for a confirmed email address."""
        ours = f"{VerifyEmailStage.__module__}.{VerifyEmailStage.__qualname__}"
        theirs = f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


class VerifyEmailStage(EmailVerificationStage):
    """Whoever signed up confirms the email address before the first login, where mail can be sent.

    Accounts that an administrator created have no address to confirm, and staff are not locked out by a mail
    server that fails.
    """

    def handle(self) -> Any:
        user = self.login.user
        if user is None:
            return super().handle()  # type: ignore[no-untyped-call]
        unconfirmed = EmailAddress.objects.filter(user_id=user.pk).exists()
        must = bool(settings.EMAIL_URL) and unconfirmed and not getattr(user, "is_staff", False)
        self.login.email_verification = "mandatory" if must else "none"
        return super().handle()  # type: ignore[no-untyped-call]


class SocialAdapter(DefaultSocialAccountAdapter):
    """Who gets an account by signing in elsewhere."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Everyone the provider knows if its settings say ``signup``; else as for other sign-ups."""
        app = sociallogin.account.get_provider(context.request).app
        if app is not None and app.settings.get("signup"):
            return True
        return super().is_open_for_signup(request, sociallogin)

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """The first of several apps, where the settings and the admin both have one; allauth raises then.

        Raises:
            SocialApp.DoesNotExist: there is none.
        """
        try:
            app: SocialApp = super().get_app(request, provider, client_id)
        except MultipleObjectsReturned:
            apps = self.list_apps(request, provider=provider, client_id=client_id)
            # Those of the settings have no key in the database, and come first.
            app = min(apps, key=lambda each: each.pk or 0)
            logger.warning(
                "There are %d apps of “%s” to log in with; the first is used.", len(apps), provider
            )
        return app

    def get_requests_session(self) -> requests.Session:
        """For what this process asks a provider; its faults are pages, and never a fault of this site."""
        return _ProviderSession()


class _ProviderSession(requests.Session):
    def request(self, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", PROVIDER_SECONDS)
        try:
            return super().request(*args, **options)
        except requests.RequestException as error:
            logger.warning("A provider of logins cannot be reached: %s", error)
            page = render(context.request, "socialaccount/unreachable.html", status=502)
            raise ImmediateHttpResponse(page) from error
