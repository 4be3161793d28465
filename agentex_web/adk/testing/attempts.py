"""Failed attempts: whether another one follows, and what the chat shows in the meantime."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.endings import tool_message_id
from agentex_web.adk.testing.record import Record
from agentex_web.exception_groups import words_of
from agentex_web.turns import attempts
from agentex_web.turns.activity_context import ActivityContext


def is_last(error: Exception) -> bool:
    """True if the running activity makes no further attempt after failing with ``error``."""
    # On the in-memory clock, an attempt begins when it is scheduled, and takes no time.
    return attempts.is_last(error, now=activity.info().current_attempt_scheduled_time)


def note_failure(record: Record, context: ActivityContext, error: Exception) -> None:
    """Shows a failed attempt on the tool's card, or on the turn, if another attempt follows."""
    if is_last(error):
        return
    info = activity.info()
    if context.tool_call_id:
        pk = tool_message_id(context.turn_id, context.tool_call_id, "tool_request")
        if (request := record.messages.get(pk)) is not None:
            request.attempt, request.error = info.attempt + 1, words_of(error)
    elif (turn := record.turns.get(context.turn_id)) is not None and turn.is_open:
        reason = error.message if isinstance(error, ApplicationError) else words_of(error)
        turn.attempt, turn.error = info.attempt + 1, reason


def note_success(record: Record, context: ActivityContext) -> None:
    """Removes the error from the turn after a retry succeeded."""
    turn = record.turns.get(context.turn_id)
    if activity.info().attempt > 1 and not context.tool_call_id and turn is not None and turn.is_open:
        turn.error = ""
