"""Finds out how long a client must wait after allauth refused a request with 429, which allauth does not say.

Seen with django-allauth 65.21: `allauth.core.internal.ratelimit` stores the times of the latest hits in
Django's cache, by action and by network address, user or email address.
"""

import math
import time

from allauth.core.internal.ratelimit import Rate, get_cache_key, get_rates
from django.core.cache import cache
from django.http import HttpRequest

_APP = "allauth.account"
_ACTIONS = {
    "account_signup": "signup",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
    "account_change_password": "change_password",
    "account_set_password": "change_password",
    "account_email": "manage_email",
    "account_reauthenticate": "reauthenticate",
}
"""The action that allauth counts, by the name of the URL pattern."""


def seconds_left(request: HttpRequest) -> int:
    """Seconds until the client may repeat the request that was refused; 60 if that is not known."""
    name = request.resolver_match.url_name if request.resolver_match else None
    action = _ACTIONS.get(name or "")
    if action is None:
        return 60
    left = [_left(request, action, rate) for rate in get_rates(app=_APP, action=action)]
    return math.ceil(max(left, default=0.0)) or 60


def _left(request: HttpRequest, action: str, rate: Rate) -> float:
    if rate.per == "user" and not request.user.is_authenticated:
        return 0.0
    email = request.POST.get("email", "").strip().lower() if rate.per == "key" else None
    hits = cache.get(get_cache_key(request, app=_APP, action=action, rate=rate, key=email), [])
    # The latest hit comes first.
    return max(0.0, hits[rate.amount - 1] + rate.duration - time.time()) if len(hits) >= rate.amount else 0.0
