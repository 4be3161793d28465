"""The view that ends a turn's timer early."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from agentex_web.chat.access import signed_in
from agentex_web.chat.requests import HtmxHttpRequest
from agentex_web.chat.waits.decisions import decide_and_show
from agentex_web.waits.models import Wait


@require_POST
@signed_in
async def end_timer(request: HtmxHttpRequest, task_id: uuid.UUID, wait_id: uuid.UUID) -> HttpResponse:
    """Responds with the timer's card."""
    return await decide_and_show(request, task_id, wait_id, Wait.Kind.TIMER, lambda _wait: {"early": True})
