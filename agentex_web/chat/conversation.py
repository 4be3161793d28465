"""View models of a conversation: its rows, combined with what is streaming right now."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from agentex_web.rendering.fields import fields_html, growing_fields_html, is_fields
from agentex_web.rendering.markdown import to_html
from agentex_web.rendering.unfinished import closed_to_html
from agentex_web.streams.events import MessageStarted
from agentex_web.streams.snapshot import LiveMessage
from agentex_web.tasks import branches
from agentex_web.tasks.models import Feedback, Message, Task, Turn
from agentex_web.utf16 import utf16_length

if TYPE_CHECKING:
    from agentex_web.chat.wait_views import WaitView

FOLDED_LENGTH, FOLDED_LINES = 2_000, 25
"""A person's message with more UTF-16 code units or line breaks than this is shown folded. The page gets the
same limits for messages that it shows before the server has them."""
RENDERED = 64
"""Texts whose HTML is cached, for pages that open the same chat at the same time."""
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
        """A tool's arguments or result: JSON is indented, other text is unchanged."""
        text = self.message.content
        if text.lstrip()[:1] not in ("{", "["):
            return text
        try:
            return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
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


def open_turn(task: Task) -> Turn | None:
    """The oldest open turn; None if there is none."""
    return task.turns.filter(status__in=Turn.OPEN).defer("items").order_by("created_at").first()


def turn_views(task: Task, live: dict[str, LiveMessage], head: uuid.UUID | None = None) -> list[TurnView]:
    """The turns of the shown branch with their messages in order. Makes five queries, however long it is."""
    return views_of(task, shown_steps(task, head), live)


def shown_steps(task: Task, head: uuid.UUID | None = None) -> list[branches.Step]:
    """The turns of the shown branch without their messages, oldest first.

    Reads the task again before the rest, so that its version is never newer than what is shown.
    """
    task.refresh_from_db(fields=("version", "head", "title", "status"))
    return [step for step in branches.steps(task, head) if step.turn.status != Turn.Status.WITHDRAWN]


def views_of(task: Task, steps: list[branches.Step], live: dict[str, LiveMessage]) -> list[TurnView]:
    """These turns with their messages in order. Makes two queries."""
    turns = [step.turn for step in steps]
    # Ignore streamed messages of turns that have ended: their `done` event may have been lost. Rows win over
    # the stream: a message that is in both is finished.
    still_open = {str(turn.pk) for turn in turns if turn.status in Turn.OPEN}
    messages: dict[str, Message] = {
        key: message_of(each.started, each.text)
        for key, each in live.items()
        if each.started.turn in still_open
    }
    rows = (
        Message.objects.filter(turn__in=turns)
        if len(turns) < 500
        else Message.objects.filter(turn__task=task)
    )
    messages.update({str(row.pk): _with_streamed_text(row, live.get(str(row.pk))) for row in rows})
    statuses = {turn.pk: turn.status for turn in turns}
    by_turn: defaultdict[uuid.UUID, list[Message]] = defaultdict(list)
    for message in messages.values():
        show_as_sent(message, statuses.get(message.turn_id, ""))
        by_turn[message.turn_id].append(message)
    given = {each.message_id: each for each in feedback_of(task)}
    return [
        TurnView(
            step.turn,
            message_views(by_turn[step.turn.pk]),
            step.versions,
            next((given[each.pk] for each in by_turn[step.turn.pk] if each.pk in given), None),
        )
        for step in steps
    ]


def _with_streamed_text(row: Message, live: LiveMessage | None) -> Message:
    """The row; if its cut answer is being continued, with the text that has been streamed so far."""
    if live is not None and live.started.continues and row.status == Message.Status.STREAMING:
        row.content, row.html, row.attempt = live.text, "", live.started.attempt
    return row


def feedback_of(task: Task) -> QuerySet[Feedback]:
    """The owner's feedback on the task's messages."""
    return Feedback.objects.filter(message__turn__task=task, user_id=task.owner_id)


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


def is_missing_html(message: Message) -> bool:
    """True for streaming texts, rows of other programs, and those that an import had no time to render."""
    prose = message.kind in (Message.Kind.TEXT, Message.Kind.REASONING)
    return bool(prose and message.author != Message.Author.USER and message.content and not message.html)


def render_missing(views: Iterable[MessageView]) -> None:
    """Renders messages without HTML. Takes CPU time; for a page, use ``missing_html.render_for``."""
    for view in within(views):
        message = view.message
        if is_missing_html(message):
            streams = message.status == Message.Status.STREAMING
            message.html = _rendered(
                message.content, streams, is_structured=bool(message.data.get("structured"))
            )


@lru_cache(maxsize=RENDERED)
def _rendered(content: str, streams: bool, *, is_structured: bool) -> str:
    if is_structured and is_fields(content):
        return growing_fields_html(content) if streams else fields_html(content)
    return closed_to_html(content) if streams else to_html(content)
