"""Answers whose text a person edits: a new version of the turn, which later turns remember."""

import copy
import uuid
from typing import Any

from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.positions import OPENING
from agentex_web.search import index
from agentex_web.streams.events import BranchChanged
from agentex_web.tasks.models import Message, Task, Turn

Item = dict[str, Any]
_FRESH: Item = {"usage": {}, "deliver_at": None, "deliveries": 0, "retry_at": None, "activity": "", "cut": {}}
"""Fields that the copy of a turn does not take over: usage and delivery state; its answer is not cut."""


def edit_answer(turn: Turn, answer: Message, content: str, html: str) -> Change[uuid.UUID]:
    """Creates a version of the turn in which one answer has another text, and shows it; returns its id.

    Args:
        turn: has ended; its task is locked.
        answer: a text of the agent in the turn.
        html: ``content``, rendered.
    """
    new_id = uuid.uuid4()
    ids = {each: uuid.uuid5(new_id, str(each)) for each in turn.messages.values_list("pk", flat=True)}
    ids[turn.pk] = new_id
    with change(turn.task_id) as written:
        fields = {field.attname: getattr(turn, field.attname) for field in Turn._meta.concrete_fields}
        items = edited_items(turn.items, answer.content, content)
        Turn(**{**fields, **_FRESH, "id": new_id, "items": items}).save(force_insert=True)
        messages = [_copied(each, ids) for each in turn.messages.all()]
        for each in messages:
            if each.pk == ids[answer.pk]:
                each.content, each.html = content, html
                each.data = {**each.data, "edited": timezone.now().isoformat()}
        Message.objects.bulk_create(messages)
        index.put_messages(messages)
        Task.objects.filter(pk=turn.task_id).update(head=new_id)
        written.add(BranchChanged())
    return written.with_result(new_id)


def _copied(message: Message, ids: dict[uuid.UUID, uuid.UUID]) -> Message:
    fields = {field.attname: getattr(message, field.attname) for field in Message._meta.concrete_fields}
    # The message that opens a turn has the turn's id.
    own = ids[message.turn_id] if message.position == OPENING else ids[message.pk]
    return Message(**{**fields, "id": own, "turn_id": ids[message.turn_id], "usage": {}})


def edited_items(items: list[Item], before: str, after: str) -> list[Item]:
    """Returns the turn's items with ``after`` in place of the last assistant text that equals ``before``.

    The new item has no id, because the model's server may know the old text under it. The reasoning items
    right before it are dropped: servers accept them only before exactly that item.
    """
    found = copy.deepcopy(items)
    for at in range(len(found) - 1, -1, -1):
        if found[at].get("role") != "assistant" or _text_of(found[at]).strip() != before.strip():
            continue
        first = at
        while first > 0 and found[first - 1].get("type") == "reasoning":
            first -= 1
        return [*found[:first], {"role": "assistant", "content": after}, *found[at + 1 :]]
    return found


def _text_of(item: Item) -> str:
    content = item.get("content")
    if not isinstance(content, list):
        return str(content or "")
    return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
