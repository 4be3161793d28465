"""Turns stream entries into frames for a page, with HTML from the same templates as the page."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime

from agentex_web.chat.message_views import MessageView, message_of, show_as_sent, within
from agentex_web.chat.missing_html import is_missing_html, render_missing
from agentex_web.chat.waits.views import add_waits
from agentex_web.computing import computed
from agentex_web.streams.entries import Entry, order
from agentex_web.streams.events import (
    AccountChanged,
    BranchChanged,
    ChatChanged,
    MessageDelta,
    MessageDone,
    MessageReset,
    MessageStarted,
    StopRequested,
    Suggested,
    TaskDeleted,
    TitleChanged,
    TurnChanged,
    VersionRaised,
)
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.threads import in_database

Frame = dict[str, Any]


async def frames_of(task_id: uuid.UUID, entries: list[Entry], reader: User) -> list[Frame]:
    """The frames of the entries, in order. All rows that they name are read in one query.

    Rows of other tasks are never read, even if the stream names them.
    """
    done = {entry.event.message for entry in entries if isinstance(entry.event, MessageDone)}
    rows = {}
    if done:
        rows = await in_database(_rows, task_id, done, reader)
        if any(is_missing_html(each.message) for each in within(rows.values())):
            await computed(render_missing, rows.values())
    frames = [_frame(task_id, entry, rows, reader) for entry in entries]
    return [frame for frame in frames if frame is not None]


def _rows(task_id: uuid.UUID, ids: set[str], reader: User) -> dict[str, MessageView]:
    """Views of the finished messages, by id."""
    found = Message.objects.filter(pk__in=ids, turn__task_id=task_id)
    found = found.annotate(turn_status=F("turn__status"), asked_at=F("turn__created_at"))
    found = found.order_by()
    for row in found:
        show_as_sent(row, row.turn_status)
    views = {str(row.pk): MessageView(row) for row in found}
    add_waits(views.values(), reader)
    return views


def _frame(task_id: uuid.UUID, entry: Entry, rows: dict[str, MessageView], reader: User) -> Frame | None:
    event, frame = entry.event, {"type": entry.event.type, "cursor": entry.cursor}
    match event:
        case MessageDelta():
            said = {"offset": event.offset, "text": event.text, "attempt": event.attempt}
            return {**frame, "message": event.message, **said}
        case MessageStarted():
            view = MessageView(message_of(event))
            return {
                **frame,
                "turn": event.turn,
                "message": event.message,
                "call": event.call,
                "attempt": event.attempt,
                "html": _message(view, task_id, reader),
                **({"continues": True} if event.continues else {}),
            }
        case MessageDone():
            done = rows.get(event.message)
            if done is None:
                return None  # The message is gone: a retried call withdrew it.
            return {
                **frame,
                "turn": event.turn,
                "message": event.message,
                "html": _message(done, task_id, reader),
            }
        case MessageReset():
            return {**frame, "call": event.call, "attempt": event.attempt}
        case TurnChanged():
            html = _status(_turn(event, task_id, entry.cursor), reader)
            return {**frame, "turn": event.turn, "status": event.status, "html": html}
        case StopRequested():
            stopping = Turn(
                pk=uuid.UUID(event.turn),
                task_id=task_id,
                status=Turn.Status.RUNNING,
                stop_requested=True,
                undo_requested=event.undo,
            )
            return {**frame, "turn": event.turn, "html": _status(stopping, reader)}
        case BranchChanged():
            return {"type": "resync", "cursor": entry.cursor}
        case TitleChanged():
            return {**frame, "title": event.title}
        case Suggested():
            return {**frame, "turn": event.turn, "html": _suggestions(event.texts.splitlines())}
        case VersionRaised() | AccountChanged() | ChatChanged() | TaskDeleted():
            return frame


def _message(view: MessageView, task_id: uuid.UUID, reader: User) -> str:
    return render_to_string("chat/_message.html", {"view": view, "task_id": task_id, "user": reader})


def _status(turn: Turn, reader: User) -> str:
    return render_to_string("chat/_turn_status.html", {"turn": turn, "user": reader})


def _suggestions(texts: list[str]) -> str:
    return render_to_string("chat/_suggestions.html", {"suggestions": texts})


def _turn(event: TurnChanged, task_id: uuid.UUID, cursor: str) -> Turn:
    """The turn, built from its event without a query. The cursor tells when it ended."""
    has_ended = event.status not in Turn.OPEN
    retry_at: datetime | None = parse_datetime(event.retry_at) if event.retry_at else None
    return Turn(
        pk=uuid.UUID(event.turn),
        task_id=task_id,
        status=event.status,
        attempt=event.attempt,
        error=event.error,
        retry_at=retry_at,
        finished_at=datetime.fromtimestamp(order(cursor)[0] / 1000, UTC) if has_ended else None,
        left_out=event.left_out,
        cut={"message": ""} if event.is_cut else {},
        continued=event.continued,
    )
