"""Limits the SDK's process-wide defaults to the agent's file that sets them.

``set_default_openai_client``, ``set_default_openai_key`` and ``set_default_openai_api`` of openai-agents 0.22
set private variables of one module, which all agents of a process share. Here they are restored after the
file's import, and the file's own agents get a provider with the defaults that the file has set. The same is
done for ``os.environ["OPENAI_BASE_URL"]``, which adk/process_state.py restores.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from agents.models import _openai_shared
from openai import AsyncOpenAI

from agentex_web.compat.chat_finish_reason import ChatCompletionsProvider
from agents import ModelProvider, OpenAIProvider

_DEFAULTS = (
    "_default_openai_key",
    "_default_openai_client",
    "_use_responses_by_default",
    "_default_openai_responses_transport",
    "_use_responses_websocket_by_default",
)
_ADDRESS = "OPENAI_BASE_URL"
_PROVIDER = "__agentex_provider__"


@contextmanager
def kept_to(module: ModuleType) -> Iterator[None]:
    """Turns the SDK defaults that are set in the block into the module's own provider, and restores them."""
    before = {name: getattr(_openai_shared, name) for name in _DEFAULTS}
    address = os.environ.get(_ADDRESS)
    try:
        yield
    finally:
        now = {name: getattr(_openai_shared, name) for name in _DEFAULTS}
        for name, value in before.items():
            setattr(_openai_shared, name, value)
        if os.environ.get(_ADDRESS) not in (None, address) and now["_default_openai_client"] is None:
            now["_default_openai_client"] = AsyncOpenAI(
                api_key=now["_default_openai_key"] or os.environ.get("OPENAI_API_KEY") or "none"
            )
        if now != before and (provider := _provider(before, now)) is not None:
            setattr(module, _PROVIDER, provider)


def provider_of(modules: Iterable[ModuleType]) -> ModelProvider | None:
    """The provider of the first module that has set defaults; None if no module has."""
    return next((vars(each)[_PROVIDER] for each in modules if _PROVIDER in vars(each)), None)


def _provider(before: dict[str, Any], now: dict[str, Any]) -> ModelProvider | None:
    """None if the file has only chosen the API: AGENTEX_MODEL_API does that for the product's own model."""
    client: AsyncOpenAI | None = now["_default_openai_client"]
    if client is before["_default_openai_client"]:
        client = None
        if (key := now["_default_openai_key"]) not in (None, before["_default_openai_key"]):
            client = AsyncOpenAI(api_key=key)
    if client is None:
        return None
    if now["_use_responses_by_default"]:
        return OpenAIProvider(openai_client=client, use_responses=True)
    return ChatCompletionsProvider(client)
