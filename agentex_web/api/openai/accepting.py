"""Accepts a request's message: its files are stored, it is committed, then delivered in the background."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest

from agentex_web.accounts.models import ApiKey
from agentex_web.actions.few_at_once import one_of_few
from agentex_web.actions.files import store_upload
from agentex_web.actions.refused import Refused
from agentex_web.actions.sending import check_count, checked_text
from agentex_web.api.openai.bodies import Body, body_of, may_be_large
from agentex_web.api.openai.errors import ApiError, Json
from agentex_web.api.openai.given import Given, GivenFile
from agentex_web.api.openai.models import Exchange
from agentex_web.api.openai.placing import NewMessage, send
from agentex_web.api.openai.recognising import id_of, repeated, was_sent
from agentex_web.api.openai.wanted import Wanted, read_wanted
from agentex_web.delivery.messages import begin_hand_over
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted, IdTaken
from agentex_web.limits.people import count_message, count_upload
from agentex_web.tasks.attachments import AttachmentRefused
from agentex_web.tasks.threads import in_database

IDEMPOTENCY_KEY = "Idempotency-Key"
RETRIES = "X-Stainless-Retry-Count"
"""OpenAI's clients say with it that they repeat a request by themselves."""
KEY_LENGTH = 255
FILE_PREFIXES = ("file-", "file_")


@dataclass(frozen=True)
class Sending:
    """A request that sends a message, as far as it has been read."""

    key: ApiKey
    body: Body
    given: Given
    wanted: Wanted


async def accept(
    request: HttpRequest, key: ApiKey, read: Callable[[Json], Given]
) -> tuple[Wanted, uuid.UUID]:
    """Reads the request and sends its message, unless the same request has sent it before.

    Args:
        read: reads the conversation.

    Returns:
        What is wanted, and the id of the message's turn.

    Raises:
        ApiError: it is refused.
        Refused: it is refused, too.
        TooMany: the person has reached a limit.
    """
    accepting = _accept(request, key, read)
    if may_be_large(request):
        return await one_of_few(key.person_id, accepting, "A message of /v1/")
    return await accepting


async def _accept(
    request: HttpRequest, key: ApiKey, read: Callable[[Json], Given]
) -> tuple[Wanted, uuid.UUID]:
    body = await body_of(request)
    wanted = read_wanted(body.data)
    return wanted, await _send(request, Sending(key, body, await body.read(read), wanted))


async def _send(request: HttpRequest, sending: Sending) -> uuid.UUID:
    name = request.headers.get(IDEMPOTENCY_KEY, "")
    if len(name) > KEY_LENGTH:
        raise ApiError(f"An {IDEMPOTENCY_KEY} has up to {KEY_LENGTH} characters.")
    message_id = id_of(sending.key, name) if name else uuid.uuid4()
    if name:
        if await in_database(was_sent, sending.key, sending.body, message_id):
            return message_id
    elif request.headers.get(RETRIES, "0") != "0":
        before = await in_database(repeated, sending.key, sending.body)
        if before is not None:
            return before
    # Both, because the instructions may become a part of the message.
    checked_text(sending.given.system + sending.given.asked.text)
    check_count(len(sending.given.asked.files))
    await count_message(sending.key.person_id)
    files = [await _stored(sending.key, each) for each in sending.given.asked.files]
    accepted = await in_database(_commit, sending.key.person, sending, message_id, files)
    if accepted is not None:
        await begin_hand_over(accepted)
    return message_id


async def _stored(key: ApiKey, file: GivenFile) -> uuid.UUID:
    """The id of the file, which is stored if it is not there yet."""
    if file.uploaded:
        text = file.uploaded
        for prefix in FILE_PREFIXES:
            text = text.removeprefix(prefix)
        try:
            return uuid.UUID(text)
        except ValueError:
            raise ApiError(f"There is no file “{file.uploaded[:100]}”.", code="not_found") from None
    await count_upload(key.person_id)
    row = await store_upload(key.person, SimpleUploadedFile(file.name, file.body))
    return row.pk


def _commit(
    person: User, sending: Sending, message_id: uuid.UUID, files: Sequence[uuid.UUID]
) -> Change[Accepted] | None:
    """Commits the message of the person. None: the same request has done it at this moment."""
    remember = partial(_remember, sending, message_id)
    try:
        return send(
            person, sending.key, NewMessage(message_id, sending.given, sending.wanted, files, remember)
        )
    except AttachmentRefused as refused:
        raise ApiError(str(refused), code="invalid_file") from None
    except (IdTaken, Refused):
        # A message that follows another one than the last is refused while the agent answers to it itself.
        if not was_sent(sending.key, sending.body, message_id):
            raise
        return None


def _remember(sending: Sending, message_id: uuid.UUID) -> None:
    wanted = sending.wanted
    # What follows a response, or is added to a chat, is no conversation that a client sends as a whole.
    is_whole = wanted.follows is None and wanted.chat is None
    Exchange.objects.create(
        turn_id=message_id,
        key=sending.key,
        conversation=sending.given.digest if is_whole or sending.given.before else "",
        system=sending.given.system_digest,
        request=sending.body.digest,
        given={"metadata": wanted.metadata, "background": wanted.in_background},
    )
