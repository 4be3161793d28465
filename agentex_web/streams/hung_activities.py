"""Authors' activities that have hung workers. The list is in Redis, so all workers refuse to run them again.

If Redis loses an entry, the activity hangs one more worker, which enters it again.
"""

from datetime import timedelta

from agentex_web.streams.connection import redis_client

KNOWN_FOR = timedelta(days=7)
"""Longer than Temporal waits between two attempts of an activity."""


async def refuse(workflow_id: str, activity_id: str, attempt: int, reason: str) -> None:
    """The attempts of this activity after this one are refused, with the reason.

    Raises:
        RedisError: Redis is unavailable.
    """
    await redis_client().set(_key(workflow_id, activity_id), f"{attempt} {reason}", ex=KNOWN_FOR)


async def refusal(workflow_id: str, activity_id: str, attempt: int) -> str:
    """The reason for which this attempt of an activity is refused; empty if it may run.

    The next run of the workflow may give another activity the same id. Its first attempts may run.

    Raises:
        RedisError: Redis is unavailable.
    """
    found = await redis_client().get(_key(workflow_id, activity_id))
    if found is None:
        return ""
    assert isinstance(found, bytes)
    hung, _, reason = found.decode().partition(" ")
    return reason if attempt > int(hung) else ""


def _key(workflow_id: str, activity_id: str) -> str:
    return f"hung:{workflow_id}:{activity_id}"
