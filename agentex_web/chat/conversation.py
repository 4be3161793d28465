"""A conversation as templates show it: rows, and over them what the stream says is under way."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.dateparse import parse_datetime

from agentex_web.markdown import to_html
from agentex_web.streams.events import MessageStarted, utf16_length
from agentex_web.streams.snapshot import LiveMessage
from agentex_web.tasks import branches
from agentex_web.tasks.models import Message, Task, Turn


@dataclass
class MessageView:
    """A message, and for a tool's request its response."""

    message: Message
    response: "MessageView | None" = None

    @property
    def length(self) -> int:
        return utf16_length(self.message.content)

    @property
    def call(self) -> str:
        return str(self.message.data.get("call", ""))


@dataclass
class TurnView:
    turn: Turn
    messages: list[MessageView] = field(default_factory=list)


def message_of(started: MessageStarted, text: str = "") -> Message:
    """A message that has no row yet, as its stream tells it."""
    return Message(
        pk=uuid.UUID(started.message),
        turn_id=uuid.UUID(started.turn),
        position=started.position,
        author=started.author,
        kind=started.kind,
        status=Message.Status.STREAMING,
        content=text,
        data={"call": started.call},
        agent_name=started.agent_name,
        tool_name=started.tool_name,
        tool_call_id=started.tool_call_id,
        attempt=started.attempt,
        started_at=parse_datetime(started.started_at),
    )


def open_turn(task: Task) -> Turn | None:
    """The oldest turn that is not over; None while the task is at rest."""
    return task.turns.filter(status__in=Turn.OPEN).defer("items").order_by("created_at").first()


def turn_views(task: Task, live: dict[str, LiveMessage]) -> list[TurnView]:
    """The branch that is shown, with every message in its order. Three queries, however long it is."""
    turns = [turn for turn in branches.path(task) if turn.status != Turn.Status.WITHDRAWN]
    messages: dict[str, Message] = {key: message_of(each.started, each.text) for key, each in live.items()}
    # Rows after the stream: what is both is done, and the row says how.
    rows = (
        Message.objects.filter(turn__in=turns)
        if len(turns) < 500
        else Message.objects.filter(turn__task=task)
    )
    messages.update({str(row.pk): row for row in rows})
    by_turn: defaultdict[uuid.UUID, list[Message]] = defaultdict(list)
    for message in messages.values():
        by_turn[message.turn_id].append(message)
    return [TurnView(turn, message_views(by_turn[turn.pk])) for turn in turns]


def message_views(messages: Iterable[Message]) -> list[MessageView]:
    """In order, each tool's response within its request."""
    views: list[MessageView] = []
    requests: dict[str, MessageView] = {}
    for message in sorted(messages, key=lambda each: each.position):
        view = MessageView(with_html(message))
        if message.kind == Message.Kind.TOOL_REQUEST:
            requests[message.tool_call_id] = view
        elif message.kind == Message.Kind.TOOL_RESPONSE and message.tool_call_id in requests:
            requests[message.tool_call_id].response = view
            continue
        views.append(view)
    return views


def with_html(message: Message) -> Message:
    """Rendered when it was written; a row that another program wrote is rendered here."""
    prose = message.kind in (Message.Kind.TEXT, Message.Kind.REASONING)
    ended = message.status != Message.Status.STREAMING
    if prose and ended and message.author != Message.Author.USER and message.content and not message.html:
        message.html = to_html(message.content)
    return message
