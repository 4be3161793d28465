"""Writes to a task's stream. Events are lost if Redis is unavailable; that is logged and never raised.

Called by agentex_web/journal/record.py for the journal's events, and for the text of running calls.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError

from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.streams.encoding import encode
from agentex_web.streams.events import Event, MessageDelta, MessageStarted
from agentex_web.streams.keys import FIELD, stream_key

logger = logging.getLogger(__name__)


async def publish(task_id: str, events: Sequence[Event]) -> bool:
    """Adds the events in one round trip; returns False, and logs a line, if Redis does not accept them.

    Redis refuses a delta for a stream that does not exist: the events before it, its start included, were
    lost.
    """
    return (await publish_all([(task_id, events)]))[0]


async def publish_all(batches: Sequence[tuple[str, Sequence[Event]]]) -> list[bool]:
    """Does the same as `publish` for several tasks, in one round trip."""
    if not any(events for _, events in batches):
        return [True] * len(batches)
    try:
        # A reader gets what a transaction adds in one answer. Without one, Redis answers after the first
        # command, and a message's first words wait for the reader's next question.
        pipeline = redis_client().pipeline(transaction=any(_begins(events) for _, events in batches))
        for task_id, events in batches:
            _add(pipeline, stream_key(task_id), events)
        # With raise_on_error, a failed command of one task would hide the results of the others.
        answers = iter(await pipeline.execute(raise_on_error=False))
    except (RedisError, ServiceMissing, OSError) as error:
        tasks = ", ".join(task_id for task_id, _ in batches)
        logger.warning("Task %s: not streamed, Redis is unavailable (%s)", tasks, error)
        return [False] * len(batches)
    return [
        _is_accepted(task_id, [next(answers) for _ in range(_commands(events))])
        for task_id, events in batches
    ]


def _add(pipeline: Any, key: str, events: Sequence[Event]) -> None:
    for event in events:
        pipeline.xadd(
            key,
            {FIELD: encode(event)},
            maxlen=settings.AGENTEX_STREAM_LENGTH,
            approximate=True,
            nomkstream=isinstance(event, MessageDelta),
        )
    if _refreshes(events):
        pipeline.expire(key, _expiry())


def _expiry() -> int:
    # A stream must outlive a model call, as text does not refresh it.
    return max(settings.AGENTEX_STREAM_SECONDS, round(2 * settings.AGENTEX_MODEL_TIMEOUT))


def _begins(events: Sequence[Event]) -> bool:
    """True if a message and its first words begin together."""
    kinds = {type(event) for event in events}
    return kinds >= {MessageStarted, MessageDelta}


def _refreshes(events: Sequence[Event]) -> bool:
    """Only events other than deltas refresh the expiry, so that a delta costs a single command."""
    return not all(isinstance(event, MessageDelta) for event in events)


def _commands(events: Sequence[Event]) -> int:
    return len(events) + _refreshes(events)


def _is_accepted(task_id: str, answers: Sequence[Any]) -> bool:
    if failures := [each for each in answers if isinstance(each, Exception)]:
        logger.warning("Task %s: not streamed, Redis refused it (%s)", task_id, failures[0])
    return not failures and None not in answers
