"""Keeps a response out of Django's log.

Django 5.2 logs each response with status 500 or above as an error, unless it has a private attribute. A
health check that answers 503 every few seconds is not an error. Django has no setting for single responses.
"""

from django.http import HttpResponse


def unlogged(response: HttpResponse) -> HttpResponse:
    """Marks the response as already logged, and returns it."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
