"""Writes what agents say, so that writing it twice changes nothing (docs/architecture.md, invariant 2)."""

import uuid
from collections.abc import Mapping, Sequence

from django.db import models, transaction
from django.db.models import QuerySet

from agentex_web.journal.change import Change, Superseded, TurnOver, change
from agentex_web.positions import OPENING, after
from agentex_web.search import index
from agentex_web.streams.events import MessageReset
from agentex_web.tasks import pictures
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.pictures import Picture
from agentex_web.tasks.queries import NotOfTask, position_after_all

HTML_ROWS = 50
_NEVER_UPDATED = {"id", "turn", "position", "created_at"}
_UPDATED = [field.name for field in Message._meta.concrete_fields if field.name not in _NEVER_UPDATED]


def upsert(messages: Sequence[Message], *, only: Sequence[str] | None = None) -> None:
    """Writes the messages in one statement, and the search index. An existing row keeps its position.

    Args:
        only: the fields to update in an existing row.
    """
    if messages:
        Message.objects.bulk_create(
            messages, update_conflicts=True, unique_fields=["id"], update_fields=list(only or _UPDATED)
        )
        index.put_messages(messages)


def keep_html(rendered: Mapping[uuid.UUID, str]) -> None:
    """Stores the HTML of complete messages that had none. What people see stays the same."""
    pairs = list(rendered.items())
    for start in range(0, len(pairs), HTML_ROWS):
        # In parts, because SQLite has one writer at a time.
        with transaction.atomic():
            for message_id, html in pairs[start : start + HTML_ROWS]:
                Message.objects.filter(pk=message_id, html="").update(html=html)


def write_answer(
    task_id: uuid.UUID,
    rows: Sequence[Message],
    path: str,
    attempt: int,
    call: str,
    *,
    may_be_lost: bool,
    made: Sequence[Picture] = (),
) -> Change[None]:
    """Writes the messages of an attempt of a model call.

    Args:
        path: the path of the call in its turn.
        may_be_lost: the attempt lasts so long that another one may have started.
        made: pictures of the rows, whose files are stored already.

    Raises:
        Superseded: the attempt no longer counts; nothing was written.
    """
    turn_id = rows[0].turn_id
    with change(task_id, while_open=turn_id) as written:
        if may_be_lost:
            check_attempt(turn_id, path, attempt, call)
        upsert(rows)
        if made:
            pictures.write_rows(task_id, made)
        # An earlier attempt may have written its messages after this attempt had begun.
        if attempt > 1 and _of_call(turn_id, path).filter(attempt__lt=attempt).delete()[0]:
            written.add(MessageReset(call, attempt - 1))
        written.add_messages(turn_id, (each.pk for each in rows))
    return written


def delete_answer(
    task_id: uuid.UUID, turn_id: uuid.UUID, path: str, attempt: int, call: str, *, may_be_lost: bool
) -> Change[None]:
    """Deletes what this and earlier attempts of a model call wrote.

    Raises:
        Superseded: the attempt no longer counts; nothing was deleted.
    """
    with change(task_id) as written:
        if may_be_lost:
            check_attempt(turn_id, path, attempt, call)
        _of_call(turn_id, path).filter(attempt__lte=attempt, data__call=call).delete()
        written.add(MessageReset(call, attempt))
    return written


def check_attempt(turn_id: uuid.UUID, path: str, attempt: int, call: str) -> None:
    """Checks that an attempt of a model call still counts.

    A worker that was suspended or cut off does not know that its call was given to another worker. A call
    that continues a cut answer writes a message that is not below its path, so its id is compared as well.

    Raises:
        Superseded: the attempt no longer counts.
    """
    # Locked, so that the turn cannot end between this check and the write.
    is_open = Turn.objects.select_for_update().filter(pk=turn_id, status__in=Turn.OPEN)
    if is_open.values_list("pk").first() is None:
        raise TurnOver(f"Turn {turn_id} has ended: nothing is added to it.")
    later = models.Q(position__gte=path, position__lt=after(path), data__has_key="call")
    later |= models.Q(data__call=call)
    if Message.objects.filter(later, turn_id=turn_id, attempt__gt=attempt).exists():
        raise Superseded(f"Attempt {attempt} of a call of turn {turn_id} was lost: another one counts.")


def _of_call(turn_id: uuid.UUID, path: str) -> QuerySet[Message]:
    return Message.objects.filter(
        turn_id=turn_id, position__gte=path, position__lt=after(path), data__has_key="call"
    )


def take_back(
    task_id: uuid.UUID,
    turn_id: uuid.UUID,
    start: str,
    before: str,
    within: str,
    continued_message: uuid.UUID | None = None,
) -> Change[None]:
    """Deletes what the model said between two positions of the turn.

    Args:
        within: the tool call in whose card it was said; empty for the turn itself.
        continued_message: an earlier message that was continued there; it is deleted too.
    """
    with change(task_id) as written:
        there = models.Q(position__gte=start, position__lt=before) | models.Q(pk=continued_message)
        rows = list(
            Message.objects.filter(there, turn_id=turn_id, turn__task_id=task_id).order_by("position")
        )
        words = [
            row
            for row in rows
            if row.kind in (Message.Kind.TEXT, Message.Kind.REASONING)
            and "call" in row.data
            and row.data.get("inside", "") == within
        ]
        gone = {row.pk for row in words}
        Message.objects.filter(pk__in=gone).delete()
        # A reset also removes the cards of the call's tools from the page, so report those that stay.
        written.add(*(MessageReset(call) for call in dict.fromkeys(str(row.data["call"]) for row in words)))
        written.add_messages(turn_id, (row.pk for row in rows if row.pk not in gone))
    return written


def write(task_id: uuid.UUID, row: Message) -> Change[None]:
    """Writes a message whose position an activity of the turn has determined.

    Raises:
        TurnOver: the turn has ended; nothing was written.
    """
    with change(task_id, while_open=row.turn_id) as written:
        upsert([row])
        written.add_messages(row.turn_id, [row.pk])
    return written


def create(task_id: uuid.UUID, row: Message, *, is_streamed: bool) -> Change[uuid.UUID]:
    """Writes an author's message and returns its id, or the id of a message that says the same already.

    Args:
        row: its position is empty if no activity of the turn writes it; it is then placed after all others.
        is_streamed: the page shows it already, so it cannot be an echo of another message.

    Raises:
        NotOfTask: a message with this id belongs to another turn.
    """
    if is_streamed:
        if Message.objects.filter(pk=row.pk).exclude(turn_id=row.turn_id).exists():
            raise NotOfTask(f"Message {row.pk} is in another turn than {row.turn_id}.")
    elif row.kind == Message.Kind.TEXT and (shown := _already_shown(row)) is not None:
        return Change(task_id, 0, shown)
    with change(task_id) as written:
        if not row.position:
            row.position = position_after_all(row.turn_id)
        upsert([row])
        written.add_messages(row.turn_id, [row.pk])
    return written.with_result(row.pk)


def _already_shown(row: Message) -> uuid.UUID | None:
    """The id of a message in the turn in which the person or the model said exactly the same.

    The workflow in Agentex's guide echoes the person's message and creates the answer that the model has
    already streamed. Here both exist as rows by then, and are shown once. What an agent that runs as a tool
    says belongs to that tool's card, and does not count as the turn's answer.
    """
    within = row.data.get("inside", "")
    same_card = models.Q(data__inside=within) if within else ~models.Q(data__has_key="inside")
    same = Message.objects.filter(
        # The person's message may still be pending, because the turn is marked running at the same time.
        models.Q(position=OPENING) | models.Q(data__has_key="call", status=Message.Status.DONE),
        same_card,
        turn_id=row.turn_id,
        author=row.author,
        kind=Message.Kind.TEXT,
        content__in=(row.content, row.content.strip()),
    )
    return same.values_list("pk", flat=True).first()


def rewrite(task_id: uuid.UUID, message_id: uuid.UUID, content: str, html: str) -> Change[None]:
    """Replaces the text of one of the task's messages.

    Args:
        html: the rendered text, so that no transaction waits for rendering. Ignored for a person's message.

    Raises:
        NotOfTask: the task has no such message.
    """
    with change(task_id) as written:
        message = Message.objects.filter(pk=message_id, turn__task_id=task_id).first()
        if message is None:
            raise NotOfTask(f"Task {task_id} has no message {message_id}.")
        message.content = content
        message.html = html if message.author != Message.Author.USER else ""
        message.save(update_fields=("content", "html"))
        index.put_messages([message])
        written.add_messages(message.turn_id, [message.pk])
    return written
