"""The attempts of a model call: what its turn says while one failed and the next is to come."""

from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.streams.events import TurnChanged
from agentex_web.streams.publisher import DeltaBatcher
from agentex_web.tasks import progress
from agentex_web.tasks.threads import in_database
from agentex_web.temporal.model.calls import Call


async def began(call: Call, batcher: DeltaBatcher) -> None:
    """Another attempt runs from now on."""
    turn = call.context.turn_id
    await in_database(progress.attempt_began, turn, call.attempt)
    batcher.add(TurnChanged(turn, "running", call.attempt))


async def failed(call: Call, told: ApplicationError, batcher: DeltaBatcher) -> None:
    """This attempt failed, and Temporal will make another one."""
    turn, following = call.context.turn_id, call.attempt + 1
    retry_at = datetime.now(UTC) + (told.next_retry_delay or backoff())
    await in_database(
        progress.attempt_failed, turn, following, told.message, retry_at, activity.info().activity_id
    )
    batcher.add(TurnChanged(turn, "running", following, told.message, retry_at.isoformat()))


def is_last() -> bool:
    """Whether Temporal makes no attempt after the running one."""
    info = activity.info()
    return info.retry_policy is not None and 0 < info.retry_policy.maximum_attempts <= info.attempt


def backoff() -> timedelta:
    """How long Temporal waits before the attempt after the running one."""
    info = activity.info()
    policy = info.retry_policy
    if policy is None:
        return timedelta(seconds=1)
    delay = policy.initial_interval * policy.backoff_coefficient ** (info.attempt - 1)
    return min(delay, policy.maximum_interval or delay)
