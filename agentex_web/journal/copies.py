"""Copies a chat: its turns, messages and files, into a chat with a memory of its own."""

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from agentex_web.journal.parts import parts_of
from agentex_web.journal.task import one_line
from agentex_web.search import index
from agentex_web.tasks import file_copies
from agentex_web.tasks.file_copies import FileCopy, copy_id
from agentex_web.tasks.models import Message, Task, Turn

BATCH = 200
"""Number of turns that are read and written at a time."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Ids = dict[str, str]
"""Maps the ids of the original chat's rows, as they appear in JSON, to the ids of their copies."""


def copy_task(task: Task, copy: uuid.UUID, title: str, files: Sequence[FileCopy] = ()) -> Task:
    """Copies the ended turns of a task. Repeating it returns the same copy.

    Open turns, and turns that follow them, are left out.

    Args:
        copy: the id of the new task.
        files: the file copies, which are stored already; their rows are written here.

    Raises:
        AttachmentRefused: the owner has no room for the files any more. The copy stays hidden.
    """
    known = Task.objects.filter(pk=copy, owner_id=task.owner_id).first()
    # A copy without a head was interrupted.
    if known is not None and known.head_id is not None:
        return known
    new = known or Task(
        pk=copy,
        owner_id=task.owner_id,
        agent_id=task.agent_id,
        title=one_line(title),
        title_source=Task.TitleSource.PERSON,
        status=task.status,
        parameters=task.parameters,
        choices=task.choices,
        state=task.state,
        folder_id=task.folder_id,
        # Not listed until it is complete.
        is_temporary=True,
    )
    if known is None:
        with transaction.atomic():
            # A request that was sent twice may be making the same copy now.
            Task.objects.bulk_create([new], ignore_conflicts=True)
            index.put_title(copy, new.title)
    ids: Ids = {str(each.row.pk): str(each.id) for each in files}
    turns: set[uuid.UUID] = set()
    messages: set[uuid.UUID] = set()
    last = None
    for batch in _ended_turns(task, turns):
        messages |= _copy_batch(batch, new, ids)
        last = batch[-1] if batch else last
    head = task.head_id if task.head_id in turns else getattr(last, "pk", None)
    with transaction.atomic():
        file_copies.write_rows(task.owner_id, files, messages)
        new.head_id = None if head is None else copy_id(copy, head)
        new.is_temporary = task.is_temporary
        new.save(update_fields=("head", "is_temporary", "updated_at"))
    return new


def _ended_turns(task: Task, copied: set[uuid.UUID]) -> Iterator[list[Turn]]:
    """Adds the ids of the turns to ``copied``."""
    ids: list[uuid.UUID] = []
    rows = task.turns.order_by("created_at", "pk").exclude(status=Turn.Status.WITHDRAWN)
    for turn_id, status, parent in rows.values_list("pk", "status", "parent"):
        if status not in Turn.OPEN and (parent is None or parent in copied):
            copied.add(turn_id)
            ids.append(turn_id)
    # Not read through one cursor: SQLite refuses to write while that is open, if somebody else has written.
    for first in range(0, len(ids), BATCH):
        found = Turn.objects.in_bulk(ids[first : first + BATCH])
        yield [found[each] for each in ids[first : first + BATCH] if each in found]


def _copy_batch(batch: Sequence[Turn], new: Task, ids: Ids) -> set[uuid.UUID]:
    messages = list(Message.objects.filter(turn__in=batch))
    ids |= {str(each.pk): str(copy_id(new.pk, each.pk)) for each in messages}
    turns = [_turn(each, new, ids) for each in batch]
    created_at = {turn.pk: each.created_at for turn, each in zip(turns, batch, strict=True)}
    copies = [_message(each, new.pk, ids) for each in messages]
    for part in parts_of([*turns, *copies], created_at):
        with transaction.atomic():
            part.put()
    return {each.pk for each in copies}


def _turn(turn: Turn, new: Task, ids: Ids) -> Turn:
    kept = {
        name: getattr(turn, name)
        for name in (
            "status",
            "error",
            "left_out",
            "summary",
            "last_agent",
            "usage",
            "context",
            "choices",
            "instructions",
        )
    }
    return Turn(
        pk=copy_id(new.pk, turn.pk),
        task=new,
        parent_id=turn.parent_id and copy_id(new.pk, turn.parent_id),
        items=_renamed(turn.items, ids),
        started_at=turn.started_at,
        finished_at=turn.finished_at,
        **kept,
    )


def _message(message: Message, copy: uuid.UUID, ids: Ids) -> Message:
    fields = {field.attname: getattr(message, field.attname) for field in Message._meta.concrete_fields}
    fields |= {
        "id": copy_id(copy, message.pk),
        "turn_id": copy_id(copy, message.turn_id),
        "data": _renamed(message.data, ids),
    }
    return Message(**fields)


def _renamed(value: Any, ids: Ids) -> Any:
    """Replaces ids of the original rows in a JSON value by the ids of the copies."""
    if not value:
        return value
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(_UUID.sub(lambda found: ids.get(found[0], found[0]), text))
