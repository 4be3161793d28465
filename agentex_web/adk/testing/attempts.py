"""Attempts: whether a failed one is the last, and what the chat shows meanwhile."""

from temporalio import activity
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.endings import tool_message_id
from agentex_web.adk.testing.record import Record
from agentex_web.turns.context import RunContext


def is_last(error: Exception) -> bool:
    """True if no attempt of the running activity follows the one that failed with ``error``."""
    info, kind = activity.info(), type(error).__name__
    if isinstance(error, ApplicationError):
        if error.non_retryable:
            return True
        kind = error.type or ""
    policy = info.retry_policy or RetryPolicy()
    if 0 < policy.maximum_attempts <= info.attempt or kind in (policy.non_retryable_error_types or ()):
        return True
    if info.schedule_to_close_timeout is None:
        return False
    # By the clock in memory: the attempt began when it was scheduled, and took none of its time.
    following = info.current_attempt_scheduled_time + policy.initial_interval * (
        policy.backoff_coefficient ** (info.attempt - 1)
    )
    return following > info.scheduled_time + info.schedule_to_close_timeout


def note_failure(record: Record, context: RunContext, error: Exception) -> None:
    """An attempt failed and another follows: its tool's card says so, or else its turn."""
    if is_last(error):
        return
    info = activity.info()
    if context.tool_call_id:
        pk = tool_message_id(context.turn_id, context.tool_call_id, "tool_request")
        if (request := record.messages.get(pk)) is not None:
            request.attempt, request.error = info.attempt + 1, f"{type(error).__name__}: {error}"
    elif (turn := record.turns.get(context.turn_id)) is not None and turn.is_open:
        reason = error.message if isinstance(error, ApplicationError) else f"{type(error).__name__}: {error}"
        turn.attempt, turn.error = info.attempt + 1, reason


def note_success(record: Record, context: RunContext) -> None:
    """An attempt that followed a failed one ended well: the turn goes on as if nothing had been."""
    turn = record.turns.get(context.turn_id)
    if activity.info().attempt > 1 and not context.tool_call_id and turn is not None and turn.is_open:
        turn.error = ""
