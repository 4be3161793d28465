"""Activities that record what turns wait for; the workflow's side is agentex_web/turns/waits.py."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from temporalio import activity

from agentex_web.delivery.decisions import outcome_of
from agentex_web.journal import waits
from agentex_web.journal.change import TurnOver
from agentex_web.journal.record import record, report_wait
from agentex_web.positions import below
from agentex_web.tasks.models import Message
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.running_activity import require_context
from agentex_web.turns.wait_payloads import OpenWait, Outcome, WaitRef
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import wait_id
from agentex_web.worker.activities.own_task import own_task

CARDS = {
    Wait.Kind.APPROVAL: Message.Kind.APPROVAL,
    Wait.Kind.FORM: Message.Kind.FORM,
    Wait.Kind.TIMER: Message.Kind.WAIT,
    Wait.Kind.EVENT: Message.Kind.WAIT,
}


@activity.defn(name="open_wait")
async def open_wait(asked: OpenWait) -> Outcome:
    """Shows what the turn waits for; returns the decision if there already is one."""
    with own_task(asked.task_id):
        wait = wait_of(asked, timezone.now(), activity.info().workflow_id or "")
        try:
            found = await record(
                waits.open_wait, uuid.UUID(asked.task_id), wait, card_of(asked, wait, require_context())
            )
        except TurnOver:
            return Outcome(str(wait.pk), "cancelled", turn_over=True)
        await report_wait(found)
        return outcome_of(found)


@activity.defn(name="expire_wait")
async def expire_wait(ref: WaitRef) -> Outcome:
    """Ends the wait at its deadline; returns the outcome that now applies."""
    with own_task(ref.task_id):
        return outcome_of(await record(waits.expire, uuid.UUID(ref.task_id), uuid.UUID(ref.wait_id)))


def wait_of(asked: OpenWait, now: datetime, workflow_id: str) -> Wait:
    """Builds the row of the wait."""
    turn_id = uuid.UUID(asked.turn_id)
    reminders = sorted(settings.AGENTEX_REMINDERS if asked.reminders is None else asked.reminders)
    if asked.kind not in Wait.FOR_PEOPLE:
        reminders = []
    return Wait(
        pk=wait_id(turn_id, asked.key),
        task_id=uuid.UUID(asked.task_id),
        turn_id=turn_id,
        kind=asked.kind,
        title=asked.title[:300],
        agent_name=asked.agent_name,
        payload=asked.payload,
        group=asked.group,
        people=asked.people,
        deadline=None if asked.deadline is None else now + timedelta(seconds=asked.deadline),
        otherwise=asked.otherwise,
        remind_at=now + timedelta(seconds=reminders[0]) if reminders else None,
        reminders=reminders[1:],
        workflow_id=workflow_id,
    )


def card_of(asked: OpenWait, wait: Wait, context: ActivityContext) -> Message:
    """Builds the card of the wait, a message in the conversation."""
    return Message(
        pk=wait.pk,
        turn_id=wait.turn_id,
        position=below(context.path, 0),
        author=Message.Author.AGENT,
        kind=CARDS[Wait.Kind(asked.kind)],
        status=Message.Status.PENDING,
        content=asked.title,
        agent_name=asked.agent_name,
        tool_name=asked.tool_name,
        tool_call_id=asked.tool_call_id,
        started_at=timezone.now(),
    )
