"""Starts and ends notifications in the browser of the logged-in person."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agentex_web.limits.counting import Limit, hit_now
from agentex_web.push import subscriptions
from agentex_web.push.addresses import NotAllowed

SUBSCRIBING = Limit("push", 60, 3_600)
"""Subscriptions per person per hour. A page repeats its subscription once a day."""


@login_required
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Takes ``endpoint``, ``p256dh`` and ``auth`` of the browser's PushSubscription."""
    assert isinstance(request.user, User)
    if hit_now(SUBSCRIBING, str(request.user.pk)).exceeds(SUBSCRIBING):
        return HttpResponse(_("Too many attempts. Try again later."), status=429, content_type="text/plain")
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        subscriptions.subscribe(request.user, request.session.session_key or "", **given)
    except NotAllowed:
        words = _("This browser's push service is not supported.")
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@login_required
@require_POST
def unsubscribe(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    subscriptions.unsubscribe(request.user, request.POST.get("endpoint", ""))
    return HttpResponse(status=204)
