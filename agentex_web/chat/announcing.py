"""People dismiss announcements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from agentex_web.announcements.current import dismiss
from agentex_web.announcements.tags import shown_to
from agentex_web.chat.access import person, signed_in
from agentex_web.tasks.threads import in_database


@require_POST
@signed_in
async def dismiss_announcement(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Dismisses an announcement for good. Responds with the others."""
    return await in_database(_dismiss, request, announcement_id)


def _dismiss(request: HttpRequest, announcement_id: int) -> HttpResponse:
    dismiss(person(request), announcement_id)
    return render(request, "announcements/_list.html", {**shown_to(person(request)), "is_live": True})
