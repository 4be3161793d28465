"""The text of a message that the API is sent, and what it answers."""

from typing import Any

from django.contrib.auth.models import User
from django.http import Http404

from agentex_web.actions.refused import Refused
from agentex_web.actions.sending import check_count, checked_text
from agentex_web.api import reading, shown
from agentex_web.api.asked import FirstMessage, NewMessage
from agentex_web.tasks.models import Turn
from agentex_web.waits.models import Wait

Json = dict[str, Any]


def text_of(message: FirstMessage | NewMessage) -> str:
    """The message's text.

    Raises:
        Refused: it is too long, has too many files, or has neither text nor files.
    """
    check_count(len(message.attachments))
    text = checked_text(message.content)
    if not text and not message.attachments:
        raise Refused("A message needs `content` or `attachments`.")
    return text


def sent_message(user: User, turn_id: Any, *, whole: bool) -> Json:
    """What `SentMessage` describes.

    Args:
        whole: all messages of the turn, in place of the person's alone.
    """
    turn = Turn.objects.only(*shown.TURN).filter(pk=turn_id).first()
    if turn is None:
        raise Http404("The task was deleted.")
    waits = reading.shown_waits(user, turn.waits.filter(status=Wait.Status.WAITING))
    messages = reading.of_turn(user, turn)
    asks = any(each["kind"] in Wait.FOR_PEOPLE for each in waits)
    return {
        "turn": shown.turn(turn, user),
        "messages": messages if whole else messages[:1],
        "waits": waits,
        "settled": turn.status not in Turn.OPEN or asks,
    }
