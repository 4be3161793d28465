"""The pages with a person's API keys: list, create, revoke."""

import uuid
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentex_web.accounts import api_keys as keys
from agentex_web.accounts.forms import FocusOnFault
from agentex_web.accounts.models import ApiKey

NEVER = "0"
SHOWN = 100
"""Keys that the page lists; expired ones come last."""
OPENAI = "/v1"
"""Where programs that speak OpenAI's API find the agents."""


class KeyForm(FocusOnFault, forms.Form):
    """A new key."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=ApiKey.NAME_LENGTH,
        help_text=gettext_lazy("What uses the key, for example “Nightly report”."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Expires"),
        coerce=int,
        choices=[
            ("30", gettext_lazy("in 30 days")),
            ("90", gettext_lazy("in 90 days")),
            ("365", gettext_lazy("in a year")),
            (NEVER, gettext_lazy("never")),
        ],
        initial="90",
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """Lists the person's keys. A POST creates one, and its response is the only one that shows the key."""
    form, created = KeyForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        expires = timezone.now() + timedelta(days=days) if days else None
        try:
            _row, created = keys.create(_person(request), form.cleaned_data["name"], expires)
            form = KeyForm()
        except keys.TooManyKeys as error:
            form.add_error(None, str(error))
    # A revoked key is gone; an expired one stays, so that its owner sees why a program fails.
    rows = list(ApiKey.objects.filter(person=_person(request), revoked_at=None)[:SHOWN])
    rows.sort(key=lambda each: each.has_expired)
    address = request.build_absolute_uri(OPENAI)
    shown = {"keys": rows, "form": form, "created": created, "openai_address": address}
    return render(request, "accounts/api_keys.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_key(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Asks whether to revoke one of the person's keys; a POST revokes it."""
    mine = ApiKey.objects.filter(person=_person(request), pk=key_id, revoked_at=None)
    row = mine.first()
    if row is None:
        raise Http404("There is no such key.")
    if request.method != "POST":
        return render(request, "accounts/revoke_key.html", {"key": row})
    keys.revoke(mine)
    messages.success(request, _("The key was revoked."))
    return redirect("accounts:api_keys")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
