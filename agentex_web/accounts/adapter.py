"""Adapters that configure django-allauth for this site."""

import logging
from smtplib import SMTPException
from types import SimpleNamespace
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
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import MultipleObjectsReturned, PermissionDenied, ValidationError
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agentex_web.accounts import throttle
from agentex_web.accounts.hashing import HashingBusy
from agentex_web.accounts.invitations import trusted_origin

logger = logging.getLogger(__name__)

PROVIDER_SECONDS = 5
"""Timeout of a request to a login provider."""
UNKNOWN_ADDRESS = "::"
PASSWORD_RESET = "account/email/password_reset_key"  # noqa: S105  (a template's name)
CONFIRMATION_SENT = "account/messages/email_confirmation_sent.txt"
MAIL_FAILED = "agentex.mail_failed"
"""Key in a request's META, which is set if a mail of this request could not be sent."""
BUSY = _("Too many people are logging in at the moment. Try again in a few seconds.")
WRONG = _("Please enter a correct username and password. Note that both fields may be case-sensitive.")


class AccountAdapter(DefaultAccountAdapter):
    """Decides who may sign up, limits wrong passwords, and requires confirmed email addresses."""

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
        """The client's network address, or ``::`` if the server gives none, for example on a Unix socket."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return UNKNOWN_ADDRESS

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Returns the account with this username or email address and password, or None.

        Raises:
            ValidationError: the code is ``locked`` after too many wrong passwords, or ``busy`` if too many
                passwords are being checked.
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
            throttle.succeeded(account, address)
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends a mail whose links lead to the site's public address. A failure is logged and shown.

        The failure of a reset's mail is not shown: it would tell which addresses have accounts.
        """
        request = self.request
        try:
            super().send_mail(template_prefix, email, _at_trusted_origin(request, context))
        except (OSError, SMTPException) as error:
            logger.warning("No mail was sent (%s): %s", template_prefix, error)
            request.META[MAIL_FAILED] = True
            if template_prefix != PASSWORD_RESET:
                messages.error(request, gettext("The mail could not be sent. Try again later."))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **options: Any,
    ) -> None:
        """allauth says that the confirmation was sent even if it was not; then this leaves it out."""
        if message_template != CONFIRMATION_SENT or MAIL_FAILED not in request.META:
            super().add_message(request, level, message_template, *args, **options)

    def get_login_stages(self) -> list[str]:
        """allauth's login stages, with `VerifyEmailStage` in place of allauth's own."""
        ours = f"{VerifyEmailStage.__module__}.{VerifyEmailStage.__qualname__}"
        theirs = f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


def _at_trusted_origin(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of a mail, with links to the address in the settings instead of the request's host.

    Whoever sends the request chooses that host, among ALLOWED_HOSTS and with any port.
    """
    trusted = trusted_origin()
    if not trusted:
        return context
    here = request.build_absolute_uri("/")
    host = trusted.partition("://")[2]
    found: dict[str, Any] = {"current_site": SimpleNamespace(name=host, domain=host)}
    for name, value in context.items():
        is_link = isinstance(value, str) and value.startswith(here)
        found[name] = f"{trusted}/{value.removeprefix(here)}" if is_link else value
    return found


class VerifyEmailStage(EmailVerificationStage):
    """If the site can send mail, people who signed up confirm their email address before the first login.

    Accounts that an administrator created have no address to confirm. Staff are exempt, so that a failing
    mail server does not lock them out.
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
    """Decides who gets an account by logging in with another service."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """True if the provider's settings contain ``signup``; otherwise as for other sign-ups."""
        app = sociallogin.account.get_provider(context.request).app
        if app is not None and app.settings.get("signup"):
            return True
        return super().is_open_for_signup(request, sociallogin)

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """Returns the provider's app. If both the settings and the admin define it, the settings win.

        allauth itself raises an exception if there are several.

        Raises:
            SocialApp.DoesNotExist: the provider has no app.
        """
        try:
            app: SocialApp = super().get_app(request, provider, client_id)
        except MultipleObjectsReturned:
            apps = self.list_apps(request, provider=provider, client_id=client_id)
            # Apps from the settings have no primary key, so they come first.
            app = min(apps, key=lambda each: each.pk or 0)
            logger.warning(
                "There are %d apps of “%s” to log in with; the first is used.", len(apps), provider
            )
        return app

    def get_requests_session(self) -> requests.Session:
        """A session for requests to a provider. A provider that fails is shown as a page, not as a 500."""
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
