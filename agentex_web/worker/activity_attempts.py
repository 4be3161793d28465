"""The attempts of an activity: why one failed and when the next comes, on its tool's card or on its turn."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.streams.events import MessageDone
from agentex_web.streams.publisher import publish
from agentex_web.tasks import attempts
from agentex_web.tasks.threads import in_database
from agentex_web.turns.context import RunContext
from agentex_web.worker import turn_attempts
from agentex_web.worker.turn_attempts import backoff, is_last

REASON_LENGTH = 2_000


async def observed(context: RunContext, run: Callable[[], Awaitable[Any]]) -> Any:
    """What ``run`` returns; what it raises is told if Temporal tries again."""
    again = activity.info().attempt > 1
    if again:
        await _began(context)
    try:
        result = await run()
    except Exception as error:
        delay = error.next_retry_delay if isinstance(error, ApplicationError) else None
        if not is_last(error, delay):
            await _failed(context, f"{type(error).__name__}: {error}"[:REASON_LENGTH], delay)
        raise
    if again and not context.tool_call_id:
        await publish(context.task_id, [await turn_attempts.over(context.turn_id)])
    return result


async def _began(context: RunContext) -> None:
    if not await _on_card(context, activity.info().attempt, "", None):
        await publish(context.task_id, [await turn_attempts.began(context.turn_id)])


async def _failed(context: RunContext, reason: str, delay: timedelta | None) -> None:
    info = activity.info()
    retry_at = datetime.now(UTC) + (delay or backoff())
    if not await _on_card(context, info.attempt + 1, reason, retry_at):
        reason = f"{info.activity_type} failed: {reason}"
        await publish(context.task_id, [await turn_attempts.failed(context.turn_id, reason, delay)])


async def _on_card(context: RunContext, attempt: int, reason: str, retry_at: datetime | None) -> bool:
    """Whether there is a card of a tool to say it on."""
    if not context.tool_call_id:
        return False
    message = await in_database(
        attempts.tool_attempt,
        uuid.UUID(context.turn_id),
        context.tool_call_id,
        attempt,
        reason,
        retry_at,
        activity.info().activity_id,
    )
    if message is not None:
        await publish(context.task_id, [MessageDone(str(message), context.turn_id)])
    # One that the hooks hide has none, and is not to be told of elsewhere.
    return True
