"""Imports a conversation from a file as a chat, with a memory of what was said in it."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from agentex_web.journal.parts import parts_of
from agentex_web.journal.task import one_line
from agentex_web.positions import OPENING, below
from agentex_web.search import index
from agentex_web.tasks.models import Agent, Message, Task, Turn

_IMPORTED = uuid.UUID("b9f5a1c2-6c0b-4f43-9a5e-0d3b8b7c1e52")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def imported_id(owner_id: int, key: str) -> uuid.UUID:
    """The id of the chat that an imported conversation becomes."""
    return uuid.uuid5(_IMPORTED, f"{owner_id} {key}")


def import_chat(owner_id: int, agent: Agent, found: dict[str, Any]) -> Task | None:
    """Imports a conversation. Returns None if it has no turns or was imported before.

    A long one is written in several transactions. Until the last of them the chat is a temporary one: if it
    is never completed, it is deleted like those. Importing it again completes it.

    Args:
        found: the fields of ``imports.conversation.Conversation``; each turn also has ``html``.
    """
    task_id = imported_id(owner_id, found["key"])
    # A chat without a head is one that was not completed.
    if not found["turns"] or Task.objects.filter(pk=task_id).exclude(head=None).exists():
        return None
    title = one_line(found["title"] or found["turns"][0]["asked"])
    # Without seen_at, so that imported chats do not count as unread.
    task = Task(
        pk=task_id,
        owner_id=owner_id,
        agent=agent,
        title=title,
        title_source=Task.TitleSource.PERSON,
        is_temporary=True,
    )
    turns = _turns(task, found["turns"])
    messages = [
        row for turn, given in zip(turns, found["turns"], strict=True) for row in _messages(turn, given)
    ]
    said_at = {
        turn.pk: _moment(given["at"], number)
        for number, (turn, given) in enumerate(zip(turns, found["turns"], strict=True))
    }
    parts = parts_of([*turns, *messages], said_at)
    for number, part in enumerate(parts):
        with transaction.atomic():
            if number == 0:
                Task.objects.bulk_create([task], ignore_conflicts=True)
                index.put_title(task_id, title)
            part.put()
            if part is parts[-1]:
                head = turns[found["head"]] if found["head"] is not None else turns[-1]
                # update() does not set updated_at to now; the list is sorted by it.
                times = {"updated_at": max(said_at.values()), "created_at": said_at[turns[0].pk]}
                Task.objects.filter(pk=task_id, head=None).update(head=head, is_temporary=False, **times)
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
