"""Stand-ins for agentex-sdk's functions that set up a server and worker; this product has its own."""

from collections.abc import Callable
from typing import Any

from temporalio import activity


class _Settings:
    """Accepts any named arguments and keeps them as attributes."""

    def __init__(self, **settings: Any) -> None:
        vars(self).update(settings)


class TemporalACPConfig(_Settings):
    """Accepted without effect: the product's own settings give Temporal's address."""


class AsyncACPConfig(_Settings):
    """Accepted without effect."""


class SyncACPConfig(_Settings):
    """Accepted without effect."""


class SGPTracingProcessorConfig(_Settings):
    """Accepted without effect: spans are kept in the record."""


class ACP:
    """Stands in for the project's web server. The product receives the messages itself."""

    def on_task_create(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the handler; the workflow's ``run`` is called instead."""
        return handler

    def on_task_event_send(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the handler; the workflow's signal is sent instead."""
        return handler

    def on_task_cancel(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the handler; Stop cancels turns instead."""
        return handler


class FastACP:
    """Stands in for the factory of web servers."""

    @staticmethod
    def create(acp_type: str = "async", **_options: Any) -> ACP:
        """Returns a server that does not have to run.

        Raises:
            ValueError: the type is neither ``async`` nor ``agentic``; the product serves only durable agents.
        """
        if acp_type not in ("async", "agentic"):
            raise ValueError(
                f"acp_type={acp_type!r} is not supported: an agent here is a workflow. Use acp_type='async'."
            )
        return ACP()


def add_tracing_processor_config(_config: object) -> None:
    """Accepted without effect: the product sends traces elsewhere only if its settings say so."""


def setup_debug_if_enabled() -> None:
    """Accepted without effect."""


def get_all_activities(**_options: Any) -> list[Callable[..., Any]]:
    """Returns an empty list: the product's worker registers its activities itself."""
    return []


@activity.defn(name="stream_lifecycle_content")
async def stream_lifecycle_content(_params: Any = None) -> None:
    """Accepted without effect: TemporalStreamingHooks writes the tools' cards."""
