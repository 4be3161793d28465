"""Events that other systems report: their URLs, and the waits for them."""

import uuid

from django.utils import timezone
from temporalio import activity

from agentex_web.delivery.decisions import outcome_of
from agentex_web.events.links import link_of
from agentex_web.events.receiving import open_and_take
from agentex_web.journal.change import TurnOver
from agentex_web.journal.record import record
from agentex_web.turns.running_activity import require_context
from agentex_web.turns.wait_payloads import EventRef, OpenWait, Outcome
from agentex_web.worker.activities.own_task import own_task
from agentex_web.worker.activities.waits import card_of, wait_of


@activity.defn(name="event_url")
async def event_url(event: EventRef) -> str:
    """Returns the URL to which the event is reported."""
    with own_task(event.task_id):
        return link_of(uuid.UUID(event.task_id), event.name)


@activity.defn(name="open_event_wait")
async def open_event_wait(asked: OpenWait) -> Outcome:
    """Shows what the turn waits for; returns the event if it has already arrived."""
    with own_task(asked.task_id):
        wait = wait_of(asked, timezone.now(), activity.info().workflow_id or "")
        card = card_of(asked, wait, require_context())
        try:
            return outcome_of(await record(open_and_take, uuid.UUID(asked.task_id), wait, card))
        except TurnOver:
            return Outcome(str(wait.pk), "cancelled", turn_over=True)
