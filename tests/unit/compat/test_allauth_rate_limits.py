"""agentex_web/compat/allauth_rate_limits.py is needed while allauth does not report when a limit ends."""

from allauth.core.internal.ratelimit import handler429
from django.test import RequestFactory


def test_allauth_refuses_without_a_time() -> None:
    assert "Retry-After" not in handler429(RequestFactory().get("/accounts/signup/"))
