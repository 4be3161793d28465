"""Writing messages so that writing twice changes nothing (DESIGN.md, invariant 2)."""

import uuid
from collections.abc import Sequence

from django.db import models, transaction

from agentex_web.positions import END, OPENING, after, below
from agentex_web.rendering.markdown import to_html
from agentex_web.tasks.models import Message, Task, Turn

_KEPT = {"id", "turn", "position"}
_UPDATED = [field.name for field in Message._meta.concrete_fields if field.name not in _KEPT]


def model_message_id(run_id: str, activity_id: str, index: int) -> uuid.UUID:
    """The id of the ``index``-th thing that one model call says; the same for each of its attempts."""
    return uuid.uuid5(uuid.UUID(run_id), f"{activity_id}/{index}")


def tool_message_id(turn_id: uuid.UUID, tool_call_id: str, kind: str) -> uuid.UUID:
    """The id of a tool call's request or response, whoever writes it first.

    By turn rather than by task: servers exist that number their calls anew in each answer.
    """
    return uuid.uuid5(turn_id, f"{kind}/{tool_call_id}")


def upsert(messages: Sequence[Message], *, only: Sequence[str] | None = None) -> None:
    """One statement. A row that exists keeps its place; ``only`` names the fields that may change in it."""
    if messages:
        Message.objects.bulk_create(
            messages, update_conflicts=True, unique_fields=["id"], update_fields=list(only or _UPDATED)
        )


def forget_call(turn_id: uuid.UUID, path: str, attempt: int, call: str) -> None:
    """Drops what this and earlier attempts of ``call``, the activity at ``path``, wrote."""
    rows = Message.objects.filter(turn_id=turn_id, position__gte=path, position__lt=after(path))
    rows.filter(attempt__lte=attempt, data__call=call).delete()


def take_back(turn_id: uuid.UUID, start: str, before: str, inside: str) -> tuple[list[str], list[uuid.UUID]]:
    """Drops what the model said from one position of the turn on, and before another.

    Returns:
        the model calls that lost something, and the other messages there, which stay, in their order.
    """
    rows = Message.objects.filter(turn_id=turn_id, position__gte=start, position__lt=before).order_by(
        "position"
    )
    words = [
        row
        for row in rows
        if row.kind in (Message.Kind.TEXT, Message.Kind.REASONING)
        and "call" in row.data
        and row.data.get("inside", "") == inside
    ]
    gone = {row.pk for row in words}
    Message.objects.filter(pk__in=gone).delete()
    calls = list(dict.fromkeys(str(row.data["call"]) for row in words))
    return calls, [row.pk for row in rows if row.pk not in gone]


def already_shown(turn_id: uuid.UUID, author: str, content: str, inside: str) -> uuid.UUID | None:
    """What the person or the model has said in the turn in just these words.

    The guide's workflow echoes the person's message and creates the answer that the model has
    already streamed; here both are rows by then, and are shown once. What an agent that is a tool
    said stands ``inside`` its card, and is neither shown nor remembered as the turn's answer.
    """
    place = models.Q(data__inside=inside) if inside else ~models.Q(data__has_key="inside")
    said = Message.objects.filter(
        # The person's own may still be called pending: that the turn began is written beside this.
        models.Q(position=OPENING) | models.Q(data__has_key="call", status=Message.Status.DONE),
        place,
        turn_id=turn_id,
        author=author,
        kind=Message.Kind.TEXT,
        content__in=(content, content.strip()),
    )
    return said.values_list("pk", flat=True).first()


def turn_for(task_id: str, turn_id: str) -> uuid.UUID:
    """The turn that a message joins: the one that is served, else the last of the task."""
    if turn_id:
        return uuid.UUID(turn_id)
    head: uuid.UUID | None = Task.objects.values_list("head_id", flat=True).get(pk=task_id)
    if head is None:
        raise ValueError(f"Task {task_id} has no turn yet that a message could join.")
    return head


def append(message: Message) -> None:
    """Writes a message that no activity of its turn has a place for. A row that exists keeps its place."""
    with transaction.atomic():
        # Two at once would get the same position. SQLite has one writer and needs no lock.
        Turn.objects.select_for_update().values_list("pk").get(pk=message.turn_id)
        message.position = position_after_all(message.turn_id)
        upsert([message])


def position_after_all(turn_id: uuid.UUID) -> str:
    """Where a message goes that no activity of the turn writes."""
    ends = Message.objects.filter(turn_id=turn_id, position__gte=END)
    last: str | None = ends.aggregate(last=models.Max("position"))["last"]
    return below(END, 1) if last is None else after(last)


def rewrite(task_id: uuid.UUID, message_id: uuid.UUID, content: str) -> uuid.UUID | None:
    """Other words in a message of the task; returns its turn, None if the task has no such message."""
    message = Message.objects.filter(pk=message_id, turn__task_id=task_id).first()
    if message is None:
        return None
    message.content = content
    message.html = to_html(content) if message.author != Message.Author.USER else ""
    message.save(update_fields=("content", "html"))
    return message.turn_id
