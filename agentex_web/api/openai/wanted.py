"""What a request asks for besides the conversation."""

import uuid
from dataclasses import dataclass, field

from agentex_web.api.openai.errors import ApiError, Json, no_response
from agentex_web.api.openai.fields import flag_of, invalid, metadata_of, number_of, object_of, text_of
from agentex_web.api.openai.unsupported import refuse_unsupported

RESPONSE, COMPLETION, CONVERSATION = "resp_", "chatcmpl-", "conv_"
CHAT = "chat_id"
"""A name in the metadata: the id of a chat in which the message goes on."""


@dataclass(frozen=True)
class Wanted:
    """
    Attributes:
        model: the agent's name.
        follows: the id of the turn that the message follows; None if the request names none.
        chat: the id of the chat that the message is added to; None if the request names none.
        is_kept: False for a temporary chat.
        temperature, effort: None if the request names none.
        streams: the answer is sent while it is written.
        is_settled: a stream is sent each text only when it can no longer be withdrawn.
        with_usage: a stream of Chat Completions ends with the tokens.
        in_background: the response is not awaited.
    """

    model: str
    follows: uuid.UUID | None = None
    chat: uuid.UUID | None = None
    is_kept: bool = True
    temperature: float | None = None
    effort: str = ""
    streams: bool = False
    is_settled: bool = False
    with_usage: bool = False
    in_background: bool = False
    metadata: dict[str, str] = field(default_factory=dict)


def read_wanted(body: Json) -> Wanted:
    """Reads the request.

    Raises:
        ApiError: a field is invalid, or asks for something that agents cannot do.
    """
    refuse_unsupported(body)
    if not (model := text_of(body, "model")):
        raise ApiError("“model” is missing: the name of an agent, as /v1/models lists them.", param="model")
    streams = flag_of(body, "stream")
    options = object_of(body, "stream_options")
    metadata = metadata_of(body)
    follows = text_of(body, "previous_response_id")
    chat = _conversation(body) or metadata.get(CHAT, "")
    if follows and chat:
        raise ApiError(
            "Name either a previous response or a conversation, not both.", param="previous_response_id"
        )
    return Wanted(
        model,
        turn_id_of(follows) if follows else None,
        _chat_id(chat) if chat else None,
        is_kept=flag_of(body, "store", default=True),
        temperature=number_of(body, "temperature"),
        effort=text_of(body, "reasoning_effort") or text_of(object_of(body, "reasoning"), "effort"),
        streams=streams,
        is_settled=flag_of(options, "settled"),
        with_usage=flag_of(options, "include_usage"),
        in_background=flag_of(body, "background"),
        metadata=metadata,
    )


def turn_id_of(response_id: str) -> uuid.UUID:
    """The turn that answers with this id.

    Raises:
        ApiError: it is no id of a response.
    """
    for prefix in (RESPONSE, COMPLETION):
        if response_id.startswith(prefix):
            try:
                return uuid.UUID(hex=response_id.removeprefix(prefix))
            except ValueError:
                break
    raise no_response(response_id)


def _conversation(body: Json) -> str:
    given = body.get("conversation")
    return text_of(given if isinstance(given, dict) else {"id": given}, "id", "conversation")


def _chat_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.removeprefix(CONVERSATION))
    except ValueError:
        raise invalid("conversation", "it must be the id of a chat") from None
