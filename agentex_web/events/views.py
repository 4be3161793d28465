"""The endpoint to which other systems report events. A signed URL takes the place of an account."""

import logging
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from agentex_web.background import for_task
from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.decisions import deliver_decision
from agentex_web.events.links import LinkExpired, NoLink, read
from agentex_web.events.receiving import TaskOver, TooManyUntaken, receive
from agentex_web.journal.change import Change
from agentex_web.journal.record import report
from agentex_web.limits.counting import Limit, hit
from agentex_web.strict_json import strict_json
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait

logger = logging.getLogger(__name__)

MINUTE = 60
KEY_LENGTH = 200
KEYS = ("Idempotency-Key", "Webhook-Id", "X-Event-Id")
"""Headers with the sender's id of an event, so that an event that is sent twice counts once."""


@csrf_exempt
@require_POST
async def receive_event(request: HttpRequest, token: str) -> HttpResponse:
    """Receives an event. Answers 202 if it was stored now or before, else an error status with a reason."""
    try:
        task_id, name = read(token)
    except NoLink:
        return _refused("There is no such event.", 404)
    except LinkExpired:
        return _refused("This URL has expired.", 410)
    limit = Limit("events", settings.AGENTEX_EVENTS_PER_MINUTE, MINUTE)
    found = await hit(limit, f"{task_id}/{name}")
    if found.exceeds(limit):
        return _refused("Too many events. Try again later.", 429, found.wait)
    try:
        given = request.body
    except RequestDataTooBig:
        given = None
    if given is None or len(given) > settings.AGENTEX_EVENT_BYTES:
        return _refused(f"The event is too large; the limit is {settings.AGENTEX_EVENT_BYTES:,} bytes.", 413)
    try:
        body: Any = strict_json(given) if given.strip() else None
    except (ValueError, RecursionError):
        return _refused("The body is not JSON.", 400)
    key = next((request.headers[each] for each in KEYS if each in request.headers), "") or uuid.uuid4().hex
    try:
        decided = await in_database(receive, task_id, name, key[:KEY_LENGTH], body)
    except TaskOver:
        return _refused("The chat that waited for this event has ended.", 410)
    except TooManyUntaken:
        return _refused("Nothing is waiting for these events. Try again later.", 429, MINUTE)
    if decided is not None:
        for_task(task_id, _report(decided))
    return JsonResponse({"status": "accepted"}, status=202)


async def _report(decided: Change[Wait]) -> None:
    await report(decided)
    try:
        await deliver_decision(decided.result)
    except TemporalMissing as error:
        logger.warning("Task %s: an event is delivered later (%s)", decided.task_id, error)


def _refused(reason: str, status: int, retry_after: int | None = None) -> HttpResponse:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JsonResponse({"error": reason}, status=status, headers=headers)
