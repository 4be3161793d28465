"""The page behind an invitation."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agentex_web.accounts import invitations
from agentex_web.accounts.forms import InvitedForm
from agentex_web.accounts.models import Invitation


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the sign-up form of an invitation; a valid POST creates the account and logs the person in."""
    found = invitations.find(token)
    if found is None or not invitations.is_open(found):
        return _closed(request, found)
    form = InvitedForm(request.POST if request.method == "POST" else None)
    form.email = found.email
    if not form.is_valid():
        return render(request, "accounts/invitation.html", {"form": form, "invitation": found})
    try:
        user = invitations.accept(found, form)
    except invitations.InvitationClosed:
        found.refresh_from_db()
        return _closed(request, found)
    login(request, user)
    return redirect("/")


def _closed(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"invitation": found}, status=410)
