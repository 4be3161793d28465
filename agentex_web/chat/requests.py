"""The type of a request behind django-htmx's middleware."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """``htmx`` is true for a request by the page's scripts or by htmx, which need no redirect."""

    htmx: HtmxDetails
