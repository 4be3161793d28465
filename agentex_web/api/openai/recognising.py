"""Recognises requests: a repeated one, and one that goes on with a conversation."""

import uuid
from datetime import timedelta

from django.utils import timezone

from agentex_web.accounts.models import ApiKey
from agentex_web.api.openai.bodies import Body
from agentex_web.api.openai.completion import answer_text
from agentex_web.api.openai.errors import ApiError
from agentex_web.api.openai.given import Given, plain
from agentex_web.api.openai.models import Exchange
from agentex_web.tasks.models import Message, Turn

REPEATED_WITHIN = timedelta(minutes=30)
"""OpenAI's clients wait up to 10 minutes for an answer, and then repeat the request twice."""
CANDIDATES = 20
"""Conversations with the same messages whose last answers are compared, the latest ones."""
_IDS = uuid.UUID("5d0b7b9e-2f4e-4a53-9d5a-1a6f0a4d9a11")


def id_of(key: ApiKey, idempotency_key: str) -> uuid.UUID:
    """The id of the message that a request with this Idempotency-Key sends."""
    return uuid.uuid5(_IDS, f"{key.person_id} {idempotency_key}")


def was_sent(key: ApiKey, body: Body, message_id: uuid.UUID) -> bool:
    """Whether the same request, with the same Idempotency-Key, has sent its message already.

    Raises:
        ApiError: it was sent by another request.
    """
    known = Exchange.objects.filter(pk=message_id, turn__task__owner=key.person_id)
    request = known.values_list("request", flat=True).first()
    if request is not None and request != body.digest:
        raise ApiError("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
    return request is not None


def repeated(key: ApiKey, body: Body) -> uuid.UUID | None:
    """The turn that an earlier attempt of the same request began; None if none did."""
    since = timezone.now() - REPEATED_WITHIN
    before = Exchange.objects.filter(key=key, request=body.digest, created_at__gte=since)
    before = before.filter(turn__task__delete_at=None).order_by("-created_at")
    found: uuid.UUID | None = before.values_list("pk", flat=True).first()
    return found


def followed_turn(key: ApiKey, given: Given, agent: str, chat: uuid.UUID | None = None) -> Turn | None:
    """The turn whose answer the new message follows, if this key sent the messages before it.

    The conversation up to the question before is known by its hash. The answer to that question is compared
    with the record: the client may have only its beginning, if it went away before the end.

    Args:
        agent: the name of the agent that is to answer.
        chat: look only in this chat.
    """
    known = Exchange.objects.filter(key=key, conversation=given.digest_before)
    known = known.filter(turn__task__owner=key.person_id, turn__task__delete_at=None)
    if chat is not None:
        known = known.filter(turn__task=chat)
    turns = [each.turn for each in known.select_related("turn__task").order_by("-created_at")[:CANDIDATES]]
    return next((turn for turn in turns if _is_followed(turn, given.answer_before, agent)), None)


def _is_followed(turn: Turn, answer: str, agent: str) -> bool:
    if turn.choices.get("agent", turn.task.agent_id) != agent:
        return False
    rows = Message.objects.filter(turn=turn).defer("html").order_by("position")
    said = plain(answer_text(rows))
    return said.startswith(answer) or (turn.status in Turn.OPEN and answer.startswith(said))
