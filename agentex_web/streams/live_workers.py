"""Records which versions of the code have a live worker. Each worker reports every few seconds."""

from agentex_web.streams.connection import redis_client

ALIVE_SECONDS = 6.0
"""A worker that has not reported for this long is not counted."""


async def report(deployment: str, build_id: str, worker: str) -> None:
    """Reports that this worker is alive.

    Raises:
        RedisError: Redis is unavailable.
    """
    redis, now = redis_client(), await _now()
    await redis.zadd(_key(deployment), {f"{worker} {build_id}": now})
    await redis.zremrangebyscore(_key(deployment), 0, now - 10 * ALIVE_SECONDS)


async def leave(deployment: str, build_id: str, worker: str) -> None:
    """Removes this worker, which is about to end."""
    await redis_client().zrem(_key(deployment), f"{worker} {build_id}")


async def builds(deployment: str) -> dict[str, int]:
    """The number of live workers of each version that has any."""
    since = await _now() - ALIVE_SECONDS
    found: dict[str, int] = {}
    for member in await redis_client().zrangebyscore(_key(deployment), since, "+inf"):
        assert isinstance(member, bytes)
        build_id = member.decode().partition(" ")[2]
        found[build_id] = found.get(build_id, 0) + 1
    return found


async def _now() -> float:
    """The time of Redis' clock, which is the same for all workers."""
    seconds, microseconds = await redis_client().time()
    return float(seconds) + microseconds / 1_000_000


def _key(deployment: str) -> str:
    return f"workers:{deployment}"
