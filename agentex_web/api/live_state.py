"""What one client of a stream has been sent of the messages under way, and what it is sent next.

It follows the stream as pages do (chat/live.py), but sends whole texts and characters in place of HTML and
UTF-16 units, and names the messages that a retried call takes back, so that a client need not know of calls.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from agentex_web.streams.entries import order
from agentex_web.streams.events import (
    Event,
    MessageDelta,
    MessageDone,
    MessageStarted,
    TurnChanged,
)
from agentex_web.streams.snapshot import LiveMessage, Snapshot
from agentex_web.tasks.models import Turn
from agentex_web.utf16 import utf16_length

Json = dict[str, Any]


class Gap(Exception):
    """A delta is missing, so the client must be sent a snapshot."""


@dataclass
class LiveState:
    """The messages under way, by id, with their lengths in UTF-16 units."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    _units: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._units = {key: utf16_length(live.text) for key, live in self.snapshot.messages.items()}

    @property
    def messages(self) -> dict[str, LiveMessage]:
        return self.snapshot.messages

    def take(self, event: Event, cursor: str) -> list[tuple[str, Json]]:
        """Applies an event of the stream.

        Returns:
            the client's events: names and data. A started message has the name ``started`` and no data.

        Raises:
            Gap: a delta before this one is missing.
        """
        before = dict(self.messages)
        if isinstance(event, MessageDelta):
            return self._delta(event)
        self.snapshot.apply(event, cursor)
        if isinstance(event, TurnChanged) and event.status not in Turn.OPEN:
            # A worker that was killed left its message without an end.
            for key in [key for key, live in self.messages.items() if live.started.turn == event.turn]:
                del self.messages[key]
        gone = [key for key in before if key not in self.messages]
        for key in gone:
            self._units.pop(key, None)
        found: list[tuple[str, Json]] = []
        done = event.message if isinstance(event, MessageDone) else ""
        found += [("removed", {"id": key}) for key in gone if key != done]
        if isinstance(event, MessageStarted) and self.messages.get(event.message) is not before.get(
            event.message
        ):
            self._units[event.message] = 0
            found.append(("started", {"id": event.message}))
        return found

    def _delta(self, event: MessageDelta) -> list[tuple[str, Json]]:
        live = self.messages.get(event.message)
        if live is None or (event.attempt and event.attempt < live.started.attempt):
            # Of a message that has its row, or of an attempt that lost its call.
            return []
        units = self._units[event.message]
        if event.offset > units:
            raise Gap
        if event.offset < units:
            # It was sent before; a publisher may repeat what it does not know to have arrived.
            return []
        offset = len(live.text)
        live.text += event.text
        self._units[event.message] = units + utf16_length(event.text)
        return [("delta", {"id": event.message, "offset": offset, "text": event.text})]


def moment_of(cursor: str) -> datetime:
    """When the entry was written, by the clock of Redis."""
    return datetime.fromtimestamp(order(cursor)[0] / 1000, UTC)
