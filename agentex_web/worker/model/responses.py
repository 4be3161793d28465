"""Reads a model's stream to its final response; converts that to the SDK's response and to tokens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from agents.items import TResponseStreamEvent
from agents.usage import Usage
from openai.types.responses import Response

from agentex_web.memory import is_json
from agentex_web.turns.tokens import tokens_of
from agentex_web.utf16 import repaired_value
from agentex_web.worker.model.call_ids import CallIds
from agentex_web.worker.model.continuing import continued
from agentex_web.worker.model.failures import bad_arguments, cut, ended_early, is_cut, terminal_failure
from agentex_web.worker.model.thinking import thoughts_apart, without_thoughts
from agents import ModelResponse

REST_SECONDS = 1.0
"""Time for what may follow the last event: a line and the end of the body. Some servers leave it open."""


async def last_response(
    events: AsyncIterator[TResponseStreamEvent],
    key: str,
    feed: Callable[[Any], None] | None = None,
    before: str = "",
) -> Response:
    """Returns the response at the end of a stream; passes each event to ``feed`` first.

    In the events and the response, thoughts that the model wrote into its text are reasoning items
    (thinking.py), and tool calls have this product's ids (call_ids.py).

    Args:
        key: identifies the model call; the same in all its attempts.
        before: the cut answer that the call continues; the response holds both as one text.

    Raises:
        ApplicationError: the stream reported a failure, or broke off.
    """
    stream = continued(CallIds(key).renamed(thoughts_apart(events)), before)
    patience = 0.0
    try:
        async for event in stream:
            if feed is not None:
                feed(event)
            if event.type == "response.completed":
                _check_arguments(event.response)
                response: Response = repaired_value(event.response, in_models=True)
                patience = REST_SECONDS
                return response
            if is_cut(event):
                raise cut(tokens(event.response))
            if (failed := terminal_failure(event)) is not None:
                raise failed
        raise ended_early()
    finally:
        await _read_to_end(stream, patience)


async def _read_to_end(stream: AsyncIterator[Any], seconds: float) -> None:
    """Closes the stream, and with it the 15 nested generators of the SDK, the client and its HTTP library.

    If they were abandoned, Python's garbage collector would close each in a task that nothing references; it
    then collected some of them while they ran ("async generator already executing"). Reading to the end also
    frees the connection for the next call. If that takes too long, the read is cancelled, which closes the
    generators from within.
    """
    with contextlib.suppress(Exception):
        async with asyncio.timeout(seconds):
            async for _ in stream:
                pass


def _check_arguments(response: Response) -> None:
    """Checks that no call's arguments are incomplete: that means the answer broke off, whatever its status.

    Raises:
        ApplicationError: the arguments of a call are not JSON.
    """
    for item in response.output:
        if item.type == "function_call" and item.arguments.strip() and not is_json(item.arguments):
            raise bad_arguments(item.name)


def model_response(response: Response) -> ModelResponse:
    """Builds the SDK's response, without thoughts from the model's text: models do not want them back."""
    without_thoughts(response)
    return ModelResponse(
        output=response.output,
        usage=_usage(response),
        response_id=response.id,
        request_id=getattr(response, "_request_id", None),
    )


def tokens(response: Response) -> dict[str, int]:
    """The tokens of the call, as the record stores them; empty if the server does not report them."""
    return tokens_of(_usage(response))


def _usage(response: Response) -> Usage:
    usage = response.usage
    if usage is None:
        return Usage(requests=1)
    return Usage(
        requests=1,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.total_tokens,
        input_tokens_details=usage.input_tokens_details,
        output_tokens_details=usage.output_tokens_details,
    )
