"""Keeps an answer out of Django's log.

Django 5.2 logs each answer of 500 and above as an error, unless the answer has a private mark. A health
check that says 503 every few seconds is no error of the site. Django has no setting for single answers.
"""

from django.http import HttpResponse


def unlogged(response: HttpResponse) -> HttpResponse:
    """The same answer, which Django does not log."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
