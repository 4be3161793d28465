"""The failure of a model call, as the worker's model and the scripted model of tests raise it."""

from datetime import timedelta
from typing import Any

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from agentex_web.failure_types import MODEL_FAILURE


def model_failure(
    reason: str,
    *,
    retry: bool,
    delay: timedelta | None = None,
    kind: str = MODEL_FAILURE,
    details: tuple[Any, ...] = (),
) -> ApplicationError:
    """Returns the error to raise in the activity.

    Args:
        reason: a complete sentence for people.
        retry: True if Temporal may call the model again.
        delay: how long to wait before that; None for the retry policy's delay.
        kind: one of failure_types.py.
    """
    return ApplicationError(
        reason,
        *details,
        type=kind,
        non_retryable=not retry,
        next_retry_delay=delay,
        # Failures are logged once, by this project; otherwise the SDK logs a stack trace for each attempt.
        category=ApplicationErrorCategory.BENIGN,
    )
