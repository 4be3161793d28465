"""An answer whose text a person has changed: another version of its turn, which later turns remember."""

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
"""What the copy of a turn has of its own: it cost nothing, is not delivered, and its answer is whole."""


def edit_answer(turn: Turn, answer: Message, content: str, html: str) -> Change[uuid.UUID]:
    """Makes a version of the turn with another text of one answer, and shows it; returns its id.

    Args:
        turn: has ended; its task is locked.
        answer: a text of the agent in it.
        html: of ``content``.
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
    # The person's own message has the id of its turn.
    own = ids[message.turn_id] if message.position == OPENING else ids[message.pk]
    return Message(**{**fields, "id": own, "turn_id": ids[message.turn_id], "usage": {}})


def edited_items(items: list[Item], before: str, after: str) -> list[Item]:
    """A turn's memory with another text in place of the last one that says ``before``.

    The item becomes one without the id under which the model's server may know the text as it was. The
    reasoning that led to it goes: servers take it only before just that item.
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
