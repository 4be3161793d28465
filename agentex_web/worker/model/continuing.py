"""A model call that continues a cut answer: its text is appended to the existing text, in the same message.

The message is started again on the stream with its existing text, so pages, snapshots and retries treat it
like any other message. Each attempt starts with that same text.
"""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agentex_web.joined_text import Joining, joined
from agentex_web.tasks.models import Message


@dataclass(frozen=True)
class CutMessage:
    """The message to be continued, as it was when it was cut.

    Attributes:
        data: data of the message to be preserved, such as citations.
    """

    id: uuid.UUID
    text: str
    started_at: datetime | None
    data: dict[str, Any] = field(default_factory=dict)


def read_cut(turn_id: uuid.UUID, message_id: str) -> CutMessage | None:
    """Returns the turn's cut message. None if it is gone; the answer then becomes a new message."""
    row = Message.objects.filter(pk=uuid.UUID(message_id), turn_id=turn_id).first()
    if row is None:
        return None
    kept = {name: value for name, value in row.data.items() if name == "citations"}
    return CutMessage(row.pk, row.content, row.started_at, kept)


async def continued(events: AsyncIterator[Any], before: str) -> AsyncIterator[Any]:
    """Yields the events of a model's stream, with its first text joined to the cut answer.

    Deltas hold only the new text; items and the response hold the whole text.

    Args:
        before: the text of the cut answer; empty for a new answer.
    """
    joining, index, done = Joining(before), None, None
    async for event in events:
        at = getattr(event, "output_index", None)
        if not before:
            yield event
            continue
        if index is None and at is not None and _is_text(event):
            index = at
        if event.type == "response.output_text.delta" and at == index:
            if fresh := joining.feed(event.delta):
                yield event.model_copy(update={"delta": fresh})
            continue
        if event.type == "response.output_item.done" and at == index:
            done = _joined(event.item, before)
        elif event.type == "response.completed":
            whole = next((item for item in event.response.output if item.type == "message"), None)
            # A server's events hold copies of the items; events made in this process may share the object.
            if whole is not done:
                _joined(whole, before)
        yield event


def _is_text(event: Any) -> bool:
    item = getattr(event, "item", None)
    return event.type == "response.output_text.delta" or getattr(item, "type", "") == "message"


def _joined(item: Any, before: str) -> Any:
    """Replaces the message's text by the whole text, the earlier part included."""
    part = next((each for each in getattr(item, "content", ()) if each.type == "output_text"), None)
    if part is not None:
        part.text = joined(before, part.text)
    return item
