"""Computes from the stream what is under way in a task: the part of a page that has no rows yet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from redis.exceptions import RedisError

from agentex_web.services import ServiceMissing
from agentex_web.streams.connection import redis_client
from agentex_web.streams.entries import last_cursor, pages_back, pages_between
from agentex_web.streams.events import Event, MessageDelta, MessageDone, MessageReset, MessageStarted
from agentex_web.streams.keys import START, UNKNOWN, stream_key

CLOCK_SKEW = timedelta(seconds=30)
"""Maximum difference between the clocks of Redis and of the processes that write to the database."""


@dataclass
class LiveMessage:
    """A message under way; ``start`` is the cursor of its first event."""

    started: MessageStarted
    text: str = ""
    start: str = START


@dataclass
class Snapshot:
    """The messages under way, by id. Events after ``cursor`` are not included."""

    cursor: str = START
    messages: dict[str, LiveMessage] = field(default_factory=dict)

    def apply(self, event: Event, cursor: str = START) -> None:
        match event:
            case MessageStarted():
                # An attempt that lost its call may continue for a while; its messages are ignored.
                if all(event.attempt >= other.attempt for other in self._of_same_call(event)):
                    if event.call and event.attempt > 1:
                        # The reset may be lost, for example if Redis was restored to an earlier state.
                        self.apply(MessageReset(event.call, event.attempt - 1))
                    self.messages[event.message] = LiveMessage(event, start=cursor)
            case MessageDelta():
                live = self.messages.get(event.message)
                if live and (not event.attempt or event.attempt >= live.started.attempt):
                    live.text += event.text
            case MessageReset():
                self.messages = {
                    key: live
                    for key, live in self.messages.items()
                    if not event.covers(live.started.call, live.started.attempt)
                }
            case MessageDone():
                self.messages.pop(event.message, None)
            case _:
                pass

    def _of_same_call(self, event: MessageStarted) -> list[MessageStarted]:
        started = [live.started for live in self.messages.values()]
        return [
            each
            for each in started
            if each.message == event.message or (event.call and each.call == event.call)
        ]


async def read_snapshot(task_id: str, since: datetime | None, *, until: str = "") -> Snapshot:
    """Reads the stream's current state. Must be called before the rows are read (invariant 3).

    Args:
        since: when the oldest open turn was created. None if the task has no open turn; then only the cursor
            is read.
        until: the cursor at which it ends; by default, that of the stream's last entry.
    """
    snapshot = Snapshot()
    try:
        redis = redis_client()
        key = stream_key(task_id)
        snapshot.cursor = until or await last_cursor(redis, key)
        if since is not None and snapshot.cursor != START:
            first = int((since - CLOCK_SKEW).timestamp() * 1000)
            async for entries in pages_between(redis, key, f"{first}-0", snapshot.cursor):
                for entry in entries:
                    snapshot.apply(entry.event, entry.cursor)
    except (RedisError, ServiceMissing, OSError):
        # The page opens anyway: a banner reports the failure, and the socket resyncs later.
        return Snapshot(UNKNOWN)
    return snapshot


async def read_message(task_id: str, message: str, cursor: str) -> LiveMessage | None:
    """A message under way as of ``cursor``; None if its first event is not in the stream."""
    texts: list[str] = []
    try:
        async for entries in pages_back(redis_client(), stream_key(task_id), cursor):
            for entry in entries:
                event = entry.event
                if isinstance(event, MessageDelta) and event.message == message:
                    texts.append(event.text)
                elif isinstance(event, MessageStarted) and event.message == message:
                    return LiveMessage(event, "".join(reversed(texts)), entry.cursor)
    except (RedisError, ServiceMissing, OSError):
        return None
    return None
