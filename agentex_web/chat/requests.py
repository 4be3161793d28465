"""The type of a request behind django-htmx's middleware."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """``htmx`` is true for requests by htmx or by the page's scripts, which need no redirect."""

    htmx: HtmxDetails
