"""Reads what a client of a stream is sent from the record: the current state, and rows that events name."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Min, Q, QuerySet
from django.utils.dateparse import parse_datetime

from agentex_web.actions.access import get_readable_task
from agentex_web.api import reading, shown
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import Event, MessageDone, TurnChanged
from agentex_web.streams.snapshot import LiveMessage
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.tasks.setup_faults import for_reader
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait

Json = dict[str, Any]
CARDS = (Message.Kind.APPROVAL, Message.Kind.FORM, Message.Kind.WAIT)


@dataclass
class State:
    """The current state of a task.

    Attributes:
        version: the task's, which was read before everything else.
        events: names and data, in the order in which they are sent.
    """

    version: int
    events: list[tuple[str, Json]]


def open_since(task_id: uuid.UUID) -> datetime | None:
    """When the oldest open turn was created."""
    return _first(Turn.objects.filter(task_id=task_id, status__in=Turn.OPEN))


def begun_before(task_id: uuid.UUID, moment: datetime) -> datetime | None:
    """When the oldest turn was created that was open at this moment, or is now."""
    was_open = Q(status__in=Turn.OPEN) | Q(finished_at__gte=moment)
    return _first(Turn.objects.filter(was_open, task_id=task_id))


def _first(turns: QuerySet[Turn]) -> datetime | None:
    found: datetime | None = turns.aggregate(first=Min("created_at"))["first"]
    return found


def head_of(task_id: uuid.UUID) -> str:
    """The id of the last turn of the shown branch; empty if there is none."""
    return str(Task.objects.filter(pk=task_id).values_list("head_id", flat=True).first() or "")


def is_idle(task_id: uuid.UUID) -> bool:
    """True if the task has no open turn."""
    return not Turn.objects.filter(task_id=task_id, status__in=Turn.OPEN).exists()


def read(reader: User, task_id: uuid.UUID, live: dict[str, LiveMessage]) -> State:
    """The task, its last turn and its open turns with their messages, and what they wait for.

    Args:
        live: messages under way, as read before; those that have a row or whose turn has ended are removed.

    Raises:
        Http404: the person may not read the task.
    """
    task = get_readable_task(reader, task_id)
    version = task.version
    shown_task = reading.as_shown(task, reader)
    turns = list(
        Turn.objects.filter(Q(pk=task.head_id) | Q(status__in=Turn.OPEN), task=task)
        .only(*shown.TURN)
        .order_by("created_at")
    )
    rows = list(Message.objects.filter(turn__in=turns).defer("html").order_by("position"))
    _remove_ended(live, rows, turns)
    events: list[tuple[str, Json]] = [("task", shown_task)]
    for turn in turns:
        events.append(("turn", shown.turn(turn, reader)))
        messages = [_row(row, live, task_id, reader) for row in rows if row.turn_id == turn.pk]
        known = {str(each["id"]) for each in messages}
        for key, each in live.items():
            if each.started.turn == str(turn.pk) and key not in known:
                messages.append(live_message(each, task_id, reader))
        messages.sort(key=lambda each: each["position"])
        events += [("message", each) for each in messages]
    waits = Wait.objects.filter(turn__in=turns, status=Wait.Status.WAITING).order_by("created_at")
    events += [("wait", each) for each in reading.shown_waits(reader, waits)]
    return State(version, events)


def _remove_ended(live: dict[str, LiveMessage], rows: list[Message], turns: list[Turn]) -> None:
    """Rows win over the stream, but for a cut answer that is being continued."""
    still_open = {str(turn.pk) for turn in turns if turn.status in Turn.OPEN}
    finished = {str(row.pk) for row in rows if row.status != Message.Status.STREAMING}
    for key, each in list(live.items()):
        if each.started.turn not in still_open or key in finished:
            del live[key]


def _row(row: Message, live: Mapping[str, LiveMessage], task_id: uuid.UUID, reader: User) -> Json:
    found = shown.message(row, task_id, reader)
    under_way = live.get(str(row.pk))
    if under_way is not None and under_way.started.continues:
        found["content"], found["attempt"] = under_way.text, under_way.started.attempt
    return found


def live_message(live: LiveMessage, task_id: uuid.UUID, reader: User) -> Json:
    """A message under way, with its text so far."""
    started = live.started
    row = Message(
        pk=uuid.UUID(started.message),
        turn_id=uuid.UUID(started.turn),
        position=started.position,
        author=started.author,
        kind=started.kind,
        status=Message.Status.STREAMING,
        content=live.text,
        data={"inside": started.inside} if started.inside else {},
        agent_name=started.agent_name,
        tool_name=started.tool_name,
        tool_call_id=started.tool_call_id,
        attempt=started.attempt,
        started_at=parse_datetime(started.started_at) if started.started_at else None,
    )
    return shown.message(row, task_id, reader)


@dataclass
class Rows:
    """The rows that a batch of entries names."""

    messages: dict[str, Json] = field(default_factory=dict)
    waits: dict[str, Json] = field(default_factory=dict)
    turns: dict[str, Json] = field(default_factory=dict)

    def of(self, event: Event) -> list[tuple[str, Json]]:
        """The client's events for a message whose row is committed."""
        if not isinstance(event, MessageDone):
            return []
        if event.message not in self.messages:
            # The message is gone: a retried call withdrew it.
            return [("removed", {"id": event.message})]
        found = [("message", self.messages[event.message])]
        if event.message in self.waits:
            found.append(("wait", self.waits[event.message]))
        return found

    def turn(self, event: TurnChanged, reader: User) -> Json:
        """The turn's row; what the event says, if it is gone."""
        reason = for_reader(event.error, is_staff=reader.is_staff)
        given = {"id": event.turn, "status": event.status, "attempt": event.attempt, "error": reason}
        row = self.turns.get(event.turn)
        # The row may be newer than the event; then another event follows.
        return (
            {**row, **given, "retry_at": parse_datetime(event.retry_at) if event.retry_at else None}
            if row
            else given
        )


async def rows_of(reader: User, task_id: uuid.UUID, entries: list[Entry]) -> Rows:
    """The rows that these entries name. Rows of other tasks are never read, even if the stream names them."""
    done = {entry.event.message for entry in entries if isinstance(entry.event, MessageDone)}
    turns = {entry.event.turn for entry in entries if isinstance(entry.event, TurnChanged)}
    if not done and not turns:
        return Rows()
    return await in_database(_rows_of, reader, task_id, done, turns)


def _rows_of(reader: User, task_id: uuid.UUID, done: set[str], turns: set[str]) -> Rows:
    found = Rows()
    if turns:
        rows = Turn.objects.filter(task_id=task_id, pk__in=turns).only(*shown.TURN)
        found.turns = {str(row.pk): shown.turn(row, reader) for row in rows}
    if done:
        messages = list(Message.objects.filter(turn__task_id=task_id, pk__in=done).defer("html").order_by())
        found.messages = {str(row.pk): shown.message(row, task_id, reader) for row in messages}
        if cards := [row.pk for row in messages if row.kind in CARDS]:
            waits = reading.shown_waits(reader, Wait.objects.filter(pk__in=cards))
            found.waits = {str(each["id"]): each for each in waits}
    return found
