"""The OpenAI client, without its conversion of the whole conversation at each call.

openai 3.54 compares each item of the input with every type that it may have. For a chat of 100 turns that
takes 130 ms, which block all other calls of the worker. The SDK's items already have the form that the API
expects, so this client puts them into the body unchanged. No upstream issue is known.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from openai import AsyncOpenAI
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.resources.responses import AsyncResponses
from pydantic import BaseModel

from agentex_web.compat.openai_events import EventDecoder, Pause
from agentex_web.compat.openai_stream import typed_event


class DirectOpenAI(AsyncOpenAI):
    """AsyncOpenAI for input that is JSON already. Its streams cost less too.

    openai_events.py and openai_stream.py read them.

    Args:
        pause: awaited between two reads of a stream that says text; by default it is read without a pause.
    """

    def __init__(self, *, pause: Pause | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._pause = pause

    @cached_property
    def responses(self) -> AsyncResponses:
        return _Responses(self)

    @cached_property
    def chat(self) -> AsyncChat:
        return _Chat(self)

    def _make_sse_decoder(self) -> Any:
        return EventDecoder(self._pause)

    def _process_response_data(self, *, data: object, cast_to: Any, response: Any) -> Any:
        event = typed_event(data, cast_to)
        return event or super()._process_response_data(data=data, cast_to=cast_to, response=response)


class _Responses(AsyncResponses):
    def __init__(self, client: AsyncOpenAI) -> None:
        super().__init__(client)
        self.create = _direct("input", self.create)  # type: ignore[method-assign]


class _Chat(AsyncChat):
    @cached_property
    def completions(self) -> AsyncCompletions:
        return _Completions(self._client)


class _Completions(AsyncCompletions):
    def __init__(self, client: AsyncOpenAI) -> None:
        super().__init__(client)
        self.create = _direct("messages", self.create)  # type: ignore[method-assign]


def _direct(name: str, create: Callable[..., Awaitable[Any]]) -> Any:
    """Wraps ``create`` so that its argument of this name goes into the body unchanged."""

    async def direct(**arguments: Any) -> Any:
        if isinstance(arguments.get(name), list):
            extra = arguments.get("extra_body") or {}
            arguments["extra_body"] = {name: [plain_json(item) for item in arguments[name]], **extra}
            arguments[name] = []
        return await create(**arguments)

    return direct


def plain_json(value: Any) -> Any:
    """A JSON copy. Pydantic reads some lists as iterators, and the SDK inserts objects of the client."""
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Mapping):
        return {key: plain_json(each) for key, each in value.items()}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, Iterable):
        return [plain_json(each) for each in value]
    return value
