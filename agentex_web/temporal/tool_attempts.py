"""The attempts of a tool that is an activity: its card says why one failed and when the next comes."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.streams.events import MessageDone
from agentex_web.streams.publisher import publish
from agentex_web.tasks import attempts
from agentex_web.tasks.threads import in_database
from agentex_web.temporal.context import RunContext
from agentex_web.temporal.model.attempts import backoff, is_last


async def observed(context: RunContext, run: Callable[[], Awaitable[Any]]) -> Any:
    """What ``run`` returns; what it raises is told on the tool's card if Temporal tries again."""
    info = activity.info()
    if info.attempt > 1:
        await _tell(context, info.attempt, "", None)
    try:
        return await run()
    except Exception as error:
        if not is_last() and not (isinstance(error, ApplicationError) and error.non_retryable):
            delay = (error.next_retry_delay if isinstance(error, ApplicationError) else None) or backoff()
            reason = f"{type(error).__name__}: {error}"[:2_000]
            await _tell(context, info.attempt + 1, reason, datetime.now(UTC) + delay)
        raise


async def _tell(context: RunContext, attempt: int, reason: str, retry_at: datetime | None) -> None:
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
