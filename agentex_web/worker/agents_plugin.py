"""The plugin of temporalio-openai-agents, as this worker uses it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from temporalio.common import RetryPolicy
from temporalio.openai_agents import ModelActivityParameters, OpenAIAgentsPlugin

from agentex_web.turns.options import HEARTBEAT
from agentex_web.worker.model.provider import TemporalStreamingModelProvider


def agents_plugin(**options: Any) -> OpenAIAgentsPlugin:
    """Creates the standard plugin, with models that stream and model calls that Temporal retries."""
    return OpenAIAgentsPlugin(
        model_provider=TemporalStreamingModelProvider(),
        model_params=ModelActivityParameters(
            start_to_close_timeout=timedelta(seconds=settings.AGENTEX_MODEL_TIMEOUT),
            heartbeat_timeout=HEARTBEAT,
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=1),
                maximum_interval=timedelta(seconds=60),
                maximum_attempts=settings.AGENTEX_MODEL_ATTEMPTS,
            ),
        ),
        # The record stores the SDK's traces; a span for each of Temporal's calls would be noise.
        add_temporal_spans=False,
        **options,
    )
