"""How a model call ends that was stopped or has failed."""

import logging
from functools import partial

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from agentex_web.failure_types import ANSWER_CUT, CONTEXT_EXCEEDED
from agentex_web.tasks.models import Message
from agentex_web.turns.attempts import is_last, next_attempt
from agentex_web.worker import turn_attempts
from agentex_web.worker.model.answer import Answer
from agentex_web.worker.model.call import Call

logger = logging.getLogger(__name__)


def stopped_call(reason: str) -> ApplicationError:
    """The error of a call that was stopped; Temporal does not repeat it.

    Args:
        reason: the error's type, one of those in failure_types.py.
    """
    benign = ApplicationErrorCategory.BENIGN
    return ApplicationError("Stopped.", type=reason, non_retryable=True, category=benign)


async def store_failure(failed: ApplicationError, answer: Answer, call: Call) -> None:
    """Records a failed attempt; if it was the last one, the partial answer is stored too."""
    context = call.context
    logger.warning(
        "Task %s: model call failed, attempt %s: %s", context.task_id, call.attempt, failed.message
    )
    if context.may_compact and failed.type == CONTEXT_EXCEEDED and failed.details:
        # The workflow repeats the call with a summary.
        await answer.rows.discard()
    elif is_last(failed, failed.next_retry_delay):
        usage = failed.details[0] if failed.type == ANSWER_CUT and failed.details else None
        await answer.store(Message.Status.FAILED, failed.message, usage=usage)
    else:
        await answer.rows.discard()
        retry_at = next_attempt(failed.next_retry_delay)
        await answer.rows.record(
            partial(turn_attempts.failed, context, failed.message, activity.info(), retry_at)
        )


def cancel_requested() -> bool:
    """True if the workflow has cancelled the running activity."""
    details = activity.cancellation_details()
    return details is not None and details.cancel_requested
