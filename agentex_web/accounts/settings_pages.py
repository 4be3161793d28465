"""Views for a person's settings, and for the export of their data."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agentex_web.accounts.own_data import write_archive
from agentex_web.limits.counting import Limit, hit_now
from agentex_web.limits.words import in_words
from agentex_web.preferences.forms import PreferencesForm
from agentex_web.preferences.models import Preferences, preferences_of
from agentex_web.push.keys import public_key

EXPORTS = Limit("exports", 5, 3_600)
"""Exports per person per hour. Each export reads everything that the person has stored."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Shows and changes the settings. A cookie holds the language too, so that requests need no query."""
    chosen = preferences_of(request.user.pk)
    form = PreferencesForm(request.POST if request.method == "POST" else None, instance=chosen)
    if request.method != "POST" or not form.is_valid():
        return render(request, "preferences/preferences.html", {"form": form, "push_key": public_key()})
    saved: Preferences = form.save()
    with translation.override(saved.language or translation.get_language()):
        messages.success(request, _("Your settings were saved."))
    response = redirect(request.path)
    remember_language(response, saved.language)
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Sets the cookie with the language of the pages; removes it if ``language`` is empty."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


class _Archive(FileResponse):
    """Reads the file while it is sent. Django would read all of it first."""

    block_size = 256 * 1024

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = iter(cast(Iterator[bytes], self.streaming_content))
        while part := await asyncio.to_thread(next, parts, b""):
            yield part


@login_required
@never_cache
@require_POST
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """Sends a ZIP with the person's account, chats and files, written in this request's own thread."""
    assert isinstance(request.user, User)
    found = hit_now(EXPORTS, str(request.user.pk))
    if found.exceeds(EXPORTS):
        words = _("You can export your data %(count)s times an hour. Try again in %(time)s.")
        messages.error(request, words % {"count": EXPORTS.count, "time": in_words(found.wait)})
        return redirect("accounts:settings")
    return _Archive(write_archive(request.user), as_attachment=True, filename="agentex-data.zip")
