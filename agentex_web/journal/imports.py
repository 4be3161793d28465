"""Imports a conversation from a file as a chat, with a memory of what was said in it."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from agentex_web.journal.task import one_line
from agentex_web.positions import OPENING, below
from agentex_web.search import index
from agentex_web.tasks.models import Agent, Message, Task, Turn

_IMPORTED = uuid.UUID("b9f5a1c2-6c0b-4f43-9a5e-0d3b8b7c1e52")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def import_chat(owner_id: int, agent: Agent, found: dict[str, Any]) -> Task | None:
    """Imports a conversation. Returns None if it has no turns or was imported before.

    Args:
        found: the fields of ``transfer.conversation.Conversation``; each turn also has ``html``.
    """
    task_id = uuid.uuid5(_IMPORTED, f"{owner_id} {found['key']}")
    if not found["turns"] or Task.objects.filter(pk=task_id).exists():
        return None
    with transaction.atomic():
        title = one_line(found["title"] or found["turns"][0]["asked"])
        # Without seen_at, so that imported chats do not count as unread.
        task = Task(
            pk=task_id, owner_id=owner_id, agent=agent, title=title, title_source=Task.TitleSource.PERSON
        )
        task.save(force_insert=True)
        index.put_title(task_id, title)
        turns = _turns(task, found["turns"])
        messages = [
            row for turn, given in zip(turns, found["turns"], strict=True) for row in _messages(turn, given)
        ]
        Turn.objects.bulk_create(turns, batch_size=500)
        for number, (turn, given) in enumerate(zip(turns, found["turns"], strict=True)):
            turn.created_at = _moment(given["at"], number)
        Turn.objects.bulk_update(turns, ("created_at",), batch_size=500)
        Message.objects.bulk_create(messages, batch_size=500)
        index.put_messages(messages)
        head = turns[found["head"]] if found["head"] is not None else turns[-1]
        # update() does not set updated_at to now; the list is sorted by it.
        last = max(turn.created_at for turn in turns)
        Task.objects.filter(pk=task_id).update(head=head, updated_at=last, created_at=turns[0].created_at)
    return task


def _turns(task: Task, given: list[dict[str, Any]]) -> list[Turn]:
    turns: list[Turn] = []
    for number, each in enumerate(given):
        turn_id = uuid.uuid5(task.pk, str(number))
        parent = None if each["parent"] is None else turns[each["parent"]]
        items = [{"role": "user", "content": each["asked"]}]
        items += [{"role": "assistant", "content": words} for _, words in each["answers"]]
        turns.append(Turn(pk=turn_id, task=task, parent=parent, status=Turn.Status.DONE, items=items))
    return turns


def _messages(turn: Turn, given: dict[str, Any]) -> list[Message]:
    said_at = _moment(given["at"], 0) if given["at"] else None
    fields = {"turn": turn, "finished_at": said_at}
    asked = Message(
        pk=turn.pk, position=OPENING, author=Message.Author.USER, content=given["asked"], **fields
    )
    answers = [
        Message(
            pk=uuid.uuid5(turn.pk, f"answer {number}"),
            position=below("", number),
            author=Message.Author.AGENT,
            agent_name=name,
            content=words,
            html=html,
            **fields,
        )
        for number, ((name, words), html) in enumerate(zip(given["answers"], given["html"], strict=True), 1)
    ]
    return [asked, *answers]


def _moment(seconds: float, number: int) -> datetime:
    """The time in the file plus ``number`` ms, to keep the order; the current time if it is implausible."""
    now = timezone.now()
    try:
        moment = datetime.fromtimestamp(seconds + number / 1_000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return moment if EARLIEST < moment < now else now
