"""A turn's texts while they are written, from the task's stream."""

import uuid
from dataclasses import dataclass

from agentex_web.api.openai.items import is_shown
from agentex_web.streams.events import Event, MessageDelta, MessageDone, MessageReset, MessageStarted
from agentex_web.streams.keys import START, UNKNOWN
from agentex_web.streams.snapshot import Snapshot
from agentex_web.tasks.models import Message
from agentex_web.utf16 import utf16_length

TEXTS = (Message.Kind.TEXT, Message.Kind.REASONING)


@dataclass(frozen=True)
class Live:
    """A live message, and the text that it goes on with; None if it begins, perhaps over."""

    message: Message
    text: str | None


class LiveTexts:
    """
    Attributes:
        has_gap: a delta was lost; what is known of the texts must be read again.
    """

    def __init__(self, turn_id: uuid.UUID) -> None:
        self._turn = str(turn_id)
        self.begin(Snapshot())

    def begin(self, snapshot: Snapshot) -> None:
        """Begins again with what a snapshot holds."""
        self._snapshot = snapshot
        snapshot.messages = {
            key: live for key, live in snapshot.messages.items() if self._is_ours(live.started)
        }
        self._lengths = {key: utf16_length(live.text) for key, live in snapshot.messages.items()}
        self.has_gap = False

    @property
    def cursor(self) -> str:
        """Events up to here are known."""
        return START if self._snapshot.cursor == UNKNOWN else self._snapshot.cursor

    @property
    def texts(self) -> list[Live]:
        """The messages that are being written, each with all of its text so far."""
        return [Live(_message(live.started), live.text) for live in self._snapshot.messages.values()]

    def take(self, event: Event) -> Live | None:
        """Takes the next event of the stream. None if no text of the turn changes."""
        match event:
            case MessageStarted() if self._is_ours(event):
                self._snapshot.apply(event)
                live = self._snapshot.messages.get(event.message)
                # Otherwise it is of an attempt that has lost its call.
                if live is not None and live.started is event:
                    self._lengths[event.message] = 0
                    return Live(_message(event), None)
            case MessageDelta():
                return self._take_delta(event)
            case MessageReset() | MessageDone():
                self._snapshot.apply(event)
            case _:
                pass
        return None

    def _take_delta(self, event: MessageDelta) -> Live | None:
        live = self._snapshot.messages.get(event.message)
        if live is None or (event.attempt and event.attempt < live.started.attempt):
            return None
        if event.offset != self._lengths[event.message]:
            self.has_gap = True
            return None
        self._snapshot.apply(event)
        self._lengths[event.message] += utf16_length(event.text)
        return Live(_message(live.started), event.text)

    def _is_ours(self, started: MessageStarted) -> bool:
        return started.turn == self._turn and started.kind in TEXTS and is_shown(_message(started))


def _message(started: MessageStarted) -> Message:
    return Message(
        pk=uuid.UUID(started.message),
        turn_id=uuid.UUID(started.turn),
        position=started.position,
        author=started.author,
        kind=started.kind,
        status=Message.Status.STREAMING,
        data={"inside": started.inside, "checks": started.checks},
        agent_name=started.agent_name,
    )
