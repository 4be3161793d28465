"""Decides which attempts of model calls a page shows: none that has lost its call, none of an ended turn.

A worker that was paused or cut off continues for a moment, not knowing that another worker has its call.
"""

from typing import TypeVar

from agentex_web.streams.events import Event, MessageDelta, MessageStarted, TurnChanged
from agentex_web.tasks.models import Turn

REMEMBERED = 256
"""How many calls, messages and turns are remembered, the latest of each."""
V = TypeVar("V")


class LiveAttempts:
    """The attempts of calls and messages, and the ended turns, that one socket has been sent."""

    def __init__(self) -> None:
        self._of_calls: dict[str, int] = {}
        self._of_messages: dict[str, int] = {}
        """The first attempt of each message whose text is shown."""
        self._ended: dict[str, bool] = {}

    def counts(self, event: Event) -> bool:
        """Whether the page is sent this event. Call it once for each event, in order."""
        match event:
            case TurnChanged() if event.status not in Turn.OPEN:
                _remember(self._ended, event.turn, True)
            case MessageStarted():
                call = event.call or event.message
                lost = event.turn in self._ended or event.attempt < self._of_calls.get(call, 0)
                if lost:
                    shown = max(event.attempt + 1, self._of_messages.get(event.message, 0))
                    _remember(self._of_messages, event.message, shown)
                    return False
                _remember(self._of_calls, call, event.attempt)
                _remember(self._of_messages, event.message, event.attempt)
            case MessageDelta() if event.attempt:
                return event.attempt >= self._of_messages.get(event.message, 0)
            case _:
                pass
        return True


def _remember(values: dict[str, V], key: str, value: V) -> None:
    values.pop(key, None)
    values[key] = value
    if len(values) > REMEMBERED:
        del values[next(iter(values))]
