"""Messages and turns as templates show them."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime

from agentex_web.rendering.indented_json import MOST_TIMES, indented
from agentex_web.streams.events import MessageStarted
from agentex_web.tasks.models import Feedback, Message, Turn
from agentex_web.utf16 import utf16_length

if TYPE_CHECKING:
    from agentex_web.chat.waits.views import WaitView

FOLDED_LENGTH, FOLDED_LINES = 2_000, 25
"""A person's message with more UTF-16 code units or line breaks than this is shown folded. The page gets the
same limits for messages that it shows before the server has them."""
LONG = 4_096
"""If a tool's card has more characters than this, its body is loaded when the card is opened."""


@dataclass
class MessageView:
    """A message. A tool request also has its response and the messages within the call; the card of a wait
    (an approval, a form, a timer or an event) also has its wait.
    """

    message: Message
    response: "MessageView | None" = None
    wait: "WaitView | None" = None
    inner: "list[MessageView]" = field(default_factory=list)
    """The messages of an agent that runs as a tool, within its call."""

    @property
    def length(self) -> int:
        return utf16_length(self.message.content)

    @property
    def is_long(self) -> bool:
        """True if the body is loaded only when somebody opens it."""
        return len(self.message.content) > LONG

    @property
    def is_folded(self) -> bool:
        """True if a long message of the person is folded until they open it."""
        content = self.message.content
        return self.length > FOLDED_LENGTH or content.count("\n") > FOLDED_LINES

    @property
    def pretty(self) -> str:
        """A tool's arguments or result: JSON is indented, unless that makes it far longer; other text is
        unchanged.
        """
        text = self.message.content
        if text.lstrip()[:1] not in ("{", "["):
            return text
        try:
            return indented(json.loads(text), MOST_TIMES * len(text)) or text
        except (ValueError, RecursionError):
            return text

    @property
    def is_being_written(self) -> bool:
        """True while the model writes a tool's arguments.

        A tool request streams twice: as the model's call, before there is a row with the call's status, and
        again while the tool runs.
        """
        data = self.message.data
        streaming = self.message.status == Message.Status.STREAMING
        return streaming and bool(data.get("call")) and not data.get("status")

    @property
    def call(self) -> str:
        return str(self.message.data.get("call", ""))


@dataclass
class TurnView:
    """A turn with its messages. Its ``versions`` are the turns that follow the same turn, oldest first."""

    turn: Turn
    messages: list[MessageView] = field(default_factory=list)
    versions: list[uuid.UUID] = field(default_factory=list)
    feedback: Feedback | None = None
    """The owner's feedback on the turn."""

    @property
    def number(self) -> int:
        """The number of this version, from 1; 0 if it is not among the versions."""
        return self.versions.index(self.turn.pk) + 1 if self.turn.pk in self.versions else 0

    @property
    def previous(self) -> uuid.UUID | None:
        return self.versions[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> uuid.UUID | None:
        return self.versions[self.number] if 0 < self.number < len(self.versions) else None


def message_of(started: MessageStarted, text: str = "") -> Message:
    """A message that has no row yet, built from its stream."""
    return Message(
        pk=uuid.UUID(started.message),
        turn_id=uuid.UUID(started.turn),
        position=started.position,
        author=started.author,
        kind=started.kind,
        status=Message.Status.STREAMING,
        content=text,
        data={
            "call": started.call,
            **({"label": started.label} if started.label else {}),
            **({"inside": started.inside} if started.inside else {}),
            **({"checks": True} if started.checks else {}),
            **({"structured": True} if started.structured else {}),
        },
        agent_name=started.agent_name,
        tool_name=started.tool_name,
        tool_call_id=started.tool_call_id,
        attempt=started.attempt,
        started_at=parse_datetime(started.started_at),
    )


def show_as_sent(message: Message, turn_status: str) -> None:
    """A person's message is shown as pending until a worker has its turn."""
    if message.opens_turn and turn_status == Turn.Status.PENDING:
        message.status = Message.Status.PENDING


def message_views(messages: Iterable[Message]) -> list[MessageView]:
    """Messages in order, with each tool's response inside its request."""
    views: list[MessageView] = []
    requests: dict[str, MessageView] = {}
    for message in sorted(messages, key=lambda each: each.position):
        view = MessageView(message)
        if message.kind == Message.Kind.TOOL_REQUEST:
            requests[message.tool_call_id] = view
        elif message.kind == Message.Kind.TOOL_RESPONSE and message.tool_call_id in requests:
            requests[message.tool_call_id].response = view
            continue
        outer = requests.get(message.data.get("inside", ""))
        (outer.inner if outer else views).append(view)
    return views


def within(views: Iterable[MessageView]) -> Iterator[MessageView]:
    """The views and those inside them, at any depth."""
    for view in views:
        yield view
        yield from within(view.inner)
