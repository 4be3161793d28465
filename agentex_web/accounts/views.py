"""Logging in, and making the first account."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import LoginView as DjangoLoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agentex_web.accounts.forms import FirstAccountForm, LoginForm
from agentex_web.accounts.setup import SetupClosed, is_open, make_first_account, setup_is_open


class LoginView(DjangoLoginView):
    """Django's, which also knows whether anybody can log in yet."""

    redirect_authenticated_user = True
    authentication_form = LoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(setup_is_open=setup_is_open(), **kwargs)


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the one-time link."""
    if not is_open(token):
        return _gone(request)
    form = FirstAccountForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "accounts/setup.html", {"form": form})
    try:
        user = make_first_account(form)
    except SetupClosed:
        return _gone(request)
    login(request, user)
    return redirect("/")


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/setup_gone.html", {"setup_is_open": setup_is_open()}, status=410)
