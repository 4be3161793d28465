"""The page for requests that make no sense."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers 400. Django's own view reads the form again, and fails again, if the form is what is wrong."""
    return HttpResponseBadRequest(render_to_string("400.html"))
