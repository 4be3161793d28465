"""Records an activity's attempts (failure reason, time of the next one) on its tool's card or its turn."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.exception_groups import words_of
from agentex_web.journal import tool_calls
from agentex_web.journal.change import Superseded
from agentex_web.journal.record import record
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.attempts import is_last, next_attempt
from agentex_web.worker import turn_attempts

logger = logging.getLogger(__name__)

REASON_LENGTH = 2_000


async def observed(context: ActivityContext, run: Callable[[], Awaitable[Any]]) -> Any:
    """Returns what ``run`` returns. Records the attempts if Temporal makes more than one.

    A failure to record never replaces what the activity returned or raised.
    """
    again = activity.info().attempt > 1
    if again:
        await _recorded(context, _began(context))
    try:
        result = await run()
    except Exception as error:
        delay = error.next_retry_delay if isinstance(error, ApplicationError) else None
        if not is_last(error, delay):
            reason = words_of(error)[:REASON_LENGTH]
            await _recorded(context, _failed(context, reason, delay))
        raise
    if again and not context.tool_call_id:
        await _recorded(context, record(turn_attempts.succeeded, context))
    return result


async def _recorded(context: ActivityContext, writing: Awaitable[None]) -> None:
    try:
        await writing
    except Superseded:
        logger.info("Task %s: the turn ended before its activity did", context.task_id)
    except Exception:
        logger.exception("Task %s: an attempt of %s was not recorded", context.task_id, _activity_type())


def _activity_type() -> str:
    return activity.info().activity_type


async def _began(context: ActivityContext) -> None:
    attempt = activity.info().attempt
    if context.tool_call_id:
        await _on_card(context, attempt, "", None)
    else:
        await record(turn_attempts.began, context, attempt)


async def _failed(context: ActivityContext, reason: str, delay: timedelta | None) -> None:
    info, retry_at = activity.info(), next_attempt(delay)
    if context.tool_call_id:
        await _on_card(context, info.attempt + 1, reason, retry_at)
    else:
        reason = f"{info.activity_type} failed: {reason}"
        await record(turn_attempts.failed, context, reason, info, retry_at)


async def _on_card(context: ActivityContext, attempt: int, reason: str, retry_at: datetime | None) -> None:
    await record(
        tool_calls.note_attempt,
        uuid.UUID(context.task_id),
        uuid.UUID(context.turn_id),
        context.tool_call_id,
        attempt,
        reason,
        retry_at,
        activity.info().activity_id,
    )
