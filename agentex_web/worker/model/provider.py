"""Provides the agents' models: one provider and one HTTP client per address, for the life of the worker."""

from functools import lru_cache

from django.conf import settings
from openai import Timeout

from agentex_web.compat.chat_finish_reason import ChatCompletionsProvider
from agentex_web.compat.openai_client import DirectOpenAI
from agentex_web.compat.openai_transport import HttpClient
from agentex_web.services import ModelEndpoint, model_endpoint
from agentex_web.streams.stream_writer import until_next_read
from agentex_web.turns import registry
from agentex_web.worker.model.names import model_named
from agentex_web.worker.model.streaming_model import TemporalStreamingModel
from agents import Model, ModelProvider, OpenAIProvider

CONNECT_SECONDS = 10.0
READ_SECONDS = 300.0
"""The longest silence allowed in a stream: a model may think for minutes before its first word."""


class TemporalStreamingModelProvider(ModelProvider):
    """Provides ``OpenAIAgentsPlugin`` with models that stream.

    Args:
        provider: any SDK provider; by default OpenAI's, at the address from the settings.
    """

    def __init__(self, provider: ModelProvider | None = None) -> None:
        self._provider = provider

    def get_model(self, model_name: str | None) -> Model:
        """Returns the model of this name, which streams.

        Raises:
            ApplicationError: the name has an unknown prefix.
            ServiceMissing: no API key or address is set, and no demo model is running.
        """
        name = model_name or settings.AGENTEX_MODEL or None
        if self._provider is not None:
            given = (registry.model_object(name) or registry.provided_model(name)) if name else None
            return TemporalStreamingModel(given or self._provider.get_model(name))
        endpoint = model_endpoint()
        return TemporalStreamingModel(model_named(name, _provider_at(endpoint), endpoint.base_url))


def plain_model(name: str | None) -> Model:
    """Returns a model for the product's own questions, which no page shows; None means the default model.

    Raises:
        Exception: see `TemporalStreamingModelProvider.get_model`.
    """
    endpoint = model_endpoint()
    return model_named(name or settings.AGENTEX_MODEL or None, _provider_at(endpoint), endpoint.base_url)


# One HTTP client per address: the embedded model may restart at another address.
@lru_cache(maxsize=4)
def _provider_at(endpoint: ModelEndpoint) -> ModelProvider:
    timeout = Timeout(settings.AGENTEX_MODEL_TIMEOUT, connect=CONNECT_SECONDS, read=READ_SECONDS)
    client = DirectOpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        # Temporal retries, visibly and across crashes; retries in both layers would multiply.
        max_retries=0,
        timeout=timeout,
        http_client=HttpClient(timeout=timeout),
        pause=until_next_read,
    )
    if settings.AGENTEX_MODEL_API == "chat_completions":
        return ChatCompletionsProvider(client)
    return OpenAIProvider(openai_client=client, use_responses=True)
