"""Views for logging in, passwords and email addresses, and creating the first account."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView as AllauthEmailView
from allauth.account.views import LoginView as AllauthLoginView
from allauth.account.views import PasswordResetView as AllauthPasswordResetView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agentex_web.accounts.forms import FirstAccountForm
from agentex_web.accounts.setup import SetupClosed, is_open, make_first_account, setup_is_open
from agentex_web.compat.allauth_rate_limits import seconds_left
from agentex_web.limits.words import in_words

_TRY_LATER = {"locked": 429, "busy": 503}
"""Status codes by the error code of a password that was not checked."""


class LoginView(AllauthLoginView):
    """allauth's view; also shows whether set-up or sign-up is open, and answers 429 or 503 if it refuses."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            setup_is_open=setup_is_open(), signup_is_open=settings.AGENTEX_SIGNUP == "open", **kwargs
        )

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        for error in form.errors.as_data().get("__all__", ()):
            if error.code in _TRY_LATER:
                response.status_code = _TRY_LATER[error.code]
                response.headers["Retry-After"] = str((error.params or {})["seconds"])
        return response


class PasswordResetView(AllauthPasswordResetView):
    """Mails a reset link. If the site cannot send mail, a page refers to the administrator."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.EMAIL_URL:
            return render(request, "account/password_reset_without_mail.html")
        return super().dispatch(request, *args, **kwargs)


@method_decorator(login_required, name="dispatch")
class EmailView(AllauthEmailView):
    """Changes the email address once the new one is confirmed, which requires that the site can send mail."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.EMAIL_URL:
            return render(request, "account/email_without_mail.html")
        assert isinstance(request.user, User)
        _mark_verified(request.user)
        return super().dispatch(request, *args, **kwargs)


def _mark_verified(user: User) -> None:
    """Records an address that an administrator entered as confirmed; allauth would drop it on a change."""
    addresses = EmailAddress.objects.filter(user_id=user.pk)
    if user.email and not addresses.exists():
        EmailAddress.objects.create(user=user, email=user.email.lower(), primary=True, verified=True)


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Creates the first account: the page that the one-time link opens."""
    if not is_open(token):
        return _setup_closed(request)
    form = FirstAccountForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "accounts/setup.html", {"form": form})
    try:
        user = make_first_account(form)
    except SetupClosed:
        return _setup_closed(request)
    login(request, user)
    return redirect("/")


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The page for a request that exceeds one of allauth's limits, for example on sign-ups."""
    seconds = seconds_left(request)
    response = render(request, "429.html", {"wait": in_words(seconds)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _setup_closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/setup_gone.html", {"setup_is_open": setup_is_open()}, status=410)
