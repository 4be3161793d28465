"""Lets a turn wait for the end of a turn in a chat that it started (turns/started_tasks.py)."""

import uuid

from django.utils import timezone
from temporalio import activity

from agentex_web.background import in_background
from agentex_web.journal import waits
from agentex_web.journal.change import TurnOver
from agentex_web.journal.record import record
from agentex_web.tasks.threads import in_database
from agentex_web.turns.running_activity import require_context
from agentex_web.turns.wait_payloads import FollowTask
from agentex_web.watches import following
from agentex_web.watches.telling import signal_watchers
from agentex_web.worker.activities.own_task import own_task
from agentex_web.worker.activities.waits import card_of, wait_of


@activity.defn(name="follow_task")
async def follow_task(follow: FollowTask) -> None:
    """Opens the wait with its card, and registers it so that the end of the followed turn decides it."""
    asked = follow.wait
    with own_task(asked.task_id):
        wait = wait_of(asked, timezone.now(), activity.info().workflow_id or "")
        card = card_of(asked, wait, require_context())
        try:
            await record(waits.open_wait, uuid.UUID(asked.task_id), wait, card)
        except TurnOver:
            return
        turn_id = uuid.UUID(follow.turn_id)
        await in_database(following.follow, wait.pk, turn_id)
        # The followed turn may have ended already.
        in_background(signal_watchers(turn_id), f"Turn {turn_id}: signalling who waits for it")
