"""What people and monitoring are told about the parts of the system."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agentex_web.chat.access import person, signed_in
from agentex_web.chat.health import health
from agentex_web.compat.django_request_log import unlogged
from agentex_web.tasks.threads import in_database


@require_safe
@signed_in
async def banner(request: HttpRequest) -> HttpResponse:
    """The banner that names the parts that do not answer; empty if all answer."""
    context = {"services": (await health()).missing_for(is_staff=person(request).is_staff)}
    return await in_database(render, request, "chat/_banner.html", context)


@require_safe
@never_cache
async def healthz(_request: HttpRequest) -> HttpResponse:
    """Health check for monitoring: 200, or 503 if a part is down. The body has the state of each part."""
    found = await health()
    ok = not found.missing
    parts = {part: "up" if up else "down" for part, up in found.up.items()}
    answer = JsonResponse({"status": "ok" if ok else "down", **parts}, status=200 if ok else 503)
    # Monitoring asks every few seconds; Django would log each 503 as an error.
    return unlogged(answer)
