"""The scripts' texts in the page's language: one file per language, which browsers cache for good.

The English texts are in the scripts themselves, so English pages load nothing.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

_catalog = JavaScriptCatalog.as_view(packages=["agentex_web"])


@cache
def version(language: str) -> str:
    """A hash of the language's texts for scripts; empty if there are none."""
    files = [Path(each) / language / "LC_MESSAGES" / "djangojs.mo" for each in settings.LOCALE_PATHS]
    found = [path.read_bytes() for path in files if path.exists()]
    return hashlib.sha256(b"".join(found)).hexdigest()[:12] if found else ""


def address() -> str:
    """The URL of the scripts' texts in the active language; empty if that has none."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES) or not version(language):
        return ""
    return reverse("script_texts", args=[language, version(language)])


@require_safe
@cache_control(public=True, immutable=True, max_age=31_536_000)
def texts(request: HttpRequest, language: str, revision: str) -> HttpResponseBase:
    """Django's JavaScript catalog; 404 for an unknown language or a version that is not the current one."""
    if language not in dict(settings.LANGUAGES) or not revision or revision != version(language):
        raise Http404("There are no such texts.")
    with translation.override(language):
        return _catalog(request)
