"""Passes on the finish reason of Chat Completions streams, which the SDK ignores.

openai-agents 0.22 treats an answer as complete even if its ``finish_reason`` is ``length``,
``content_filter`` or unknown, or is missing because the connection was closed. Here a stream with one of the
first two ends with ``response.incomplete``, as in the Responses API; with an unknown reason it ends with
``response.failed``; without a reason it ends without a final event. No upstream issue is known;
pydantic/pydantic-ai#7911 is the same fault in another framework.
"""

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

from agents.items import TResponseStreamEvent
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import Response, ResponseError, ResponseFailedEvent, ResponseIncompleteEvent
from openai.types.responses.response import IncompleteDetails

from agentex_web.compat.chat_tool_calls import CallIndexes
from agents import Model, ModelProvider, OpenAIChatCompletionsModel, OpenAIProvider

_COMPLETE = {
    "stop",
    "tool_calls",
    "function_call",
    "eos",
    "eos_token",
    "end_turn",
    "stop_sequence",
    "tool_use",
}
"""OpenAI's own reasons, and those of servers that pass on the reason of the model's native API."""
_INCOMPLETE = {
    "length": "max_output_tokens",
    "max_tokens": "max_output_tokens",
    "model_length": "max_output_tokens",
    "content_filter": "content_filter",
    "safety": "content_filter",
}


class ChatCompletionsProvider(ModelProvider):
    """Provides models of the Chat Completions API that report a cut answer.

    Args:
        client: used for every model, and for the SDK's default model if an agent names none.
    """

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client
        self._named = OpenAIProvider(openai_client=client, use_responses=False)

    def get_model(self, model_name: str | None) -> Model:
        model = self._named.get_model(model_name)
        assert isinstance(model, OpenAIChatCompletionsModel)
        return ChatCompletionsModel(model.model, self._client)


class ChatCompletionsModel(OpenAIChatCompletionsModel):
    """The SDK's model, with streams that end with the server's finish reason."""

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
        settings = args[2]
        if settings.include_usage is None:
            # The SDK requests usage only from OpenAI itself; without it, the record has no token counts.
            args = (*args[:2], dataclasses.replace(settings, include_usage=True), *args[3:])
        async for event in super().stream_response(*args, **kwargs):
            if event.type != "response.completed":
                yield event
                continue
            reason = str(getattr(event.response, "finish_reason", "")).lower()
            if reason in _INCOMPLETE:
                yield _incomplete(event.response, _INCOMPLETE[reason], event.sequence_number)
            elif reason in _COMPLETE:
                yield event
            elif reason:
                yield _failed(event.response, reason, event.sequence_number)

    async def _fetch_response(self, *args: Any, **kwargs: Any) -> Any:
        fetched = await super()._fetch_response(*args, **kwargs)
        if not isinstance(fetched, tuple):
            return fetched
        response, stream = fetched
        return response, _Watched(stream, response)


class _Watched:
    """Wraps a stream: stores the finish reason on the response, and gives each tool call its own index.

    All other attributes are those of the wrapped stream.
    """

    def __init__(self, stream: Any, response: Any) -> None:
        self._stream = stream
        self._response = response

    async def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        indexes = CallIndexes()
        async for chunk in self._stream:
            indexes.correct(chunk)
            for choice in chunk.choices:
                if choice.index == 0 and choice.finish_reason:
                    self._response.finish_reason = choice.finish_reason
            yield chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _incomplete(response: Response, reason: Any, number: int) -> ResponseIncompleteEvent:
    response.status = "incomplete"
    response.incomplete_details = IncompleteDetails(reason=reason)
    return ResponseIncompleteEvent(response=response, sequence_number=number, type="response.incomplete")


def _failed(response: Response, reason: str, number: int) -> ResponseFailedEvent:
    """Reports the unknown reason as a server error, which Temporal retries."""
    response.status = "failed"
    response.error = ResponseError(
        code="server_error", message=f"it ended its answer with the unknown reason “{reason[:100]}”."
    )
    return ResponseFailedEvent(response=response, sequence_number=number, type="response.failed")
