"""The page behind an invitation."""

from django.contrib.auth import login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agentex_web.accounts import invitations
from agentex_web.accounts.forms import ADDRESS_TAKEN, InvitedForm
from agentex_web.accounts.models import Invitation


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the sign-up form of an invitation; a valid POST creates the account and logs the person in."""
    found = invitations.find(token)
    if found is None or not invitations.is_open(found):
        return _closed(request, found)
    form = _form(request, found)
    if not form.is_valid():
        return _shown(request, found, form)
    try:
        user = invitations.accept(found, form)
    except invitations.InvitationClosed:
        found.refresh_from_db()
        return _closed(request, found)
    except IntegrityError:
        # Since the form was checked, somebody else has taken the user name or the address.
        form = _form(request, found)
        if form.is_valid():
            form.add_error(None, ADDRESS_TAKEN)
        return _shown(request, found, form)
    login(request, user)
    return redirect("/")


def _form(request: HttpRequest, found: Invitation) -> InvitedForm:
    form = InvitedForm(request.POST if request.method == "POST" else None)
    form.email = found.email
    return form


def _shown(request: HttpRequest, found: Invitation, form: InvitedForm) -> HttpResponse:
    return render(request, "accounts/invitation.html", {"form": form, "invitation": found})


def _closed(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"invitation": found}, status=410)
