"""What a link shows of its last turn, which may grow later: *Continue* adds to a cut answer in place.

``Share.lengths`` holds how long each message of that turn was. It is empty for links that were last updated
before it existed; these show the turn as it is now.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from agentex_web.chat.message_views import MessageView
from agentex_web.sharing.models import Share
from agentex_web.tasks.models import Message, Turn


def lengths_of(turn: Turn) -> dict[str, int]:
    """The length of each message of the turn in characters, by the message's id."""
    return {str(pk): len(content) for pk, content in turn.messages.values_list("pk", "content")}


def has_grown(share: Share) -> bool:
    """True if the link's last turn has more text or messages now than the link shows."""
    if not share.lengths:
        return False
    rows = Message.objects.filter(turn=share.head_id).values_list("pk", "content")
    return any(len(content) > share.lengths.get(str(pk), -1) for pk, content in rows)


def shows(share: Share, turn_id: uuid.UUID, message_id: uuid.UUID) -> bool:
    """False for a message that was added to the link's last turn later."""
    return turn_id != share.head_id or not share.lengths or str(message_id) in share.lengths


def as_shared(views: list[MessageView], lengths: Mapping[str, int]) -> list[MessageView]:
    """The messages as they were: without later ones, and without text that was added to them later."""
    return [
        replace(
            view,
            message=_as_long_as(view.message, lengths[str(view.message.pk)]),
            response=next(iter(as_shared([view.response], lengths)), None) if view.response else None,
            inner=as_shared(view.inner, lengths),
        )
        for view in views
        if str(view.message.pk) in lengths
    ]


def _as_long_as(message: Message, length: int) -> Message:
    """The message, or a copy with the beginning of its text. A copy is no row, so its HTML is not stored."""
    if len(message.content) <= length:
        return message
    fields = {field.attname: getattr(message, field.attname) for field in Message._meta.concrete_fields}
    cut = {"content": message.content[:length], "html": "", "status": Message.Status.FAILED}
    return Message(**{**fields, **cut})
