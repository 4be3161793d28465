"""From a model's stream to its final response, and from that to what the SDK and the record are given."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from agents.items import TResponseStreamEvent
from agents.usage import Usage
from openai.types.responses import Response

from agentex_web.turns.tokens import tokens_of
from agentex_web.worker.model.failures import bad_arguments, ended_early, terminal_failure
from agents import ModelResponse


async def last_response(
    events: AsyncIterator[TResponseStreamEvent], feed: Callable[[Any], None] | None = None
) -> Response:
    """The response that a stream ends with; ``feed`` gets each event first.

    Raises:
        ApplicationError: the stream told of a failure, or ended without an end.
    """
    async for event in events:
        if feed is not None:
            feed(event)
        if event.type == "response.completed":
            _check_arguments(event.response)
            return event.response
        if (failed := terminal_failure(event)) is not None:
            raise failed
    raise ended_early()


def _check_arguments(response: Response) -> None:
    """A call whose arguments were cut off is an answer that broke off, whatever its status says."""
    for item in response.output:
        if item.type == "function_call" and item.arguments.strip():
            try:
                json.loads(item.arguments)
            except ValueError:
                raise bad_arguments(item.name) from None


def model_response(response: Response) -> ModelResponse:
    return ModelResponse(
        output=response.output,
        usage=_usage(response),
        response_id=response.id,
        request_id=getattr(response, "_request_id", None),
    )


def tokens(response: Response) -> dict[str, int]:
    """What the call cost, as the record keeps it; empty where the server does not say."""
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
