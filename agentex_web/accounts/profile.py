"""Views for a person's own account: change the name, delete the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agentex_web.accounts.deletion import DeletionRefused, delete_account
from agentex_web.accounts.forms import DeletionForm, ProfileForm


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The page that shows and changes the name."""
    user = _person(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile was saved."))
        return redirect(request.path)
    return render(request, "accounts/profile.html", {"form": form})


@login_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Deletes the account with its chats and files, after the person has confirmed it (`DeletionForm`)."""
    user = _person(request)
    form = DeletionForm(request.POST if request.method == "POST" else None, user=user)
    if not form.is_valid():
        return render(request, "accounts/delete.html", {"form": form})
    try:
        delete_account(user)
    except DeletionRefused as refused:
        form.add_error(None, str(refused))
        return render(request, "accounts/delete.html", {"form": form}, status=409)
    logout(request)
    messages.success(request, _("Your account and your chats were deleted."))
    return redirect("account_login")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
