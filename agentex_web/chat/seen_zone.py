"""Remembers the time zone of a person's browser, for agents that plan for them later."""

import asyncio
import uuid

from django.http import HttpRequest

from agentex_web.background import for_task
from agentex_web.delivery.messages import REPORT_SECONDS
from agentex_web.languages.choice import browser_zone
from agentex_web.schedules import zones
from agentex_web.tasks.threads import in_database


def note_zone(request: HttpRequest, task_id: uuid.UUID) -> None:
    """Stores the browser's zone in the background, after the person has sent a message."""
    zone, user_id = browser_zone(request.COOKIES), request.user.pk
    if zone and user_id is not None:
        for_task(task_id, _store(user_id, zone))


async def _store(user_id: int, zone: str) -> None:
    await asyncio.sleep(REPORT_SECONDS)
    await in_database(zones.note_zone, user_id, zone)
