"""A turn's waits for a time. Each has a card in the conversation (turns/waits.py)."""

from datetime import datetime, timedelta

from temporalio import workflow

from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.wait_payloads import OpenWait
from agentex_web.turns.waits import wait_for

SHORTEST_SHOWN = timedelta(seconds=5)
"""Shorter waits have no card."""
PATCH_SHOW_WAITS = "waits-are-shown"
"""Temporal patch id. Before the patch, sleeping turns showed no card."""


async def sleep(progress: TurnProgress, duration: timedelta, reason: str) -> bool:
    """Waits durably.

    Returns:
        False if a person ended the wait early.
    """
    if duration < SHORTEST_SHOWN or not workflow.patched(PATCH_SHOW_WAITS):
        await workflow.sleep(duration)
        return True
    wait = OpenWait(
        progress.task_id,
        progress.turn_id,
        progress.next_wait("timer"),
        "timer",
        title=reason,
        deadline=duration.total_seconds(),
        otherwise={},
    )
    return (await wait_for(wait)).status == "expired"


async def wait_until(progress: TurnProgress, when: datetime, reason: str) -> bool:
    """Like ``sleep``, but until ``when``. Returns at once if it is past.

    Raises:
        ValueError: ``when`` has no time zone.
    """
    if when.tzinfo is None:
        raise ValueError(
            "turn.wait_until takes a datetime with a time zone, such as datetime(…, tzinfo=UTC)."
        )
    left = when - workflow.now()
    return left <= timedelta() or await sleep(progress, left, reason)
