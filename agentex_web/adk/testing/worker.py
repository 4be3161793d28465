"""The worker of a test: Temporal's real worker, on an in-memory Temporal and record."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import Plugin
from temporalio.common import RetryPolicy
from temporalio.converter import DataConverter
from temporalio.openai_agents import ModelActivityParameters, OpenAIAgentsPlugin
from temporalio.plugin import SimplePlugin
from temporalio.worker import Interceptor

from agentex_web.adk.testing.temporal.bridge import InMemoryBridge
from agentex_web.adk.testing.temporal.client import InMemoryTemporal
from agentex_web.adk.testing.waits import WaitsForTest
from agentex_web.compat import guide, mcp_limits, mcp_lines, payload_contexts, sandbox_checks
from agentex_web.compat.payload_converter import product_converters
from agentex_web.compat.temporal_in_memory import in_memory_client, in_memory_worker
from agentex_web.turns.chat_workflow import ChatWorkflow
from agentex_web.turns.context_interceptor import ContextInterceptor
from agentex_web.turns.registry import AgentDescription, serving
from agentex_web.turns.sandbox import workflow_runner
from agentex_web.turns.tool_activity import run_tool
from agentex_web.turns.unknown import UnknownWorkflow, unknown_activity
from agents import ModelProvider, set_trace_processors

TASK_QUEUE = "adk-testing"
MODEL_ATTEMPTS = 5
MODEL_TIMEOUT = timedelta(minutes=10)
"""The defaults of AGENTEX_MODEL_ATTEMPTS and AGENTEX_MODEL_TIMEOUT."""
THREADS = 8
T = TypeVar("T")


@asynccontextmanager
async def served(
    agents: Sequence[AgentDescription],
    model: ModelProvider,
    record_activities: Sequence[Callable[..., Any]],
    interceptor: Interceptor,
    waits: WaitsForTest,
) -> AsyncIterator[InMemoryTemporal]:
    """Serves the agents while the block runs; yields the in-memory Temporal of their worker."""
    # A test must not send traces to OpenAI, even if the environment has a key.
    set_trace_processors([])
    # As in production: without them, an in-memory turn takes a third more processor time.
    payload_contexts.install()
    mcp_limits.install()
    mcp_lines.install()
    sandbox_checks.install()
    client = in_memory_client(InMemoryTemporal.namespace, _plugins(agents, model))
    temporal = InMemoryTemporal(client.data_converter, waits)
    with serving({each.name: each for each in agents}), ThreadPoolExecutor(THREADS) as threads:
        worker = in_memory_worker(
            client,
            InMemoryBridge(temporal),
            task_queue=TASK_QUEUE,
            workflows=[
                ChatWorkflow,
                UnknownWorkflow,
                *_unique(guide.adapt(each) for agent in agents for each in agent.workflows),
            ],
            activities=[
                *_unique(each for agent in agents for each in agent.activities),
                *record_activities,
                run_tool,
                unknown_activity,
            ],
            interceptors=[ContextInterceptor(), interceptor],
            workflow_runner=workflow_runner(),
            activity_executor=threads,
            graceful_shutdown_timeout=timedelta(),
        )
        async with worker:
            try:
                yield temporal
            finally:
                await temporal.close()


def _unique(things: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(things))


def _plugins(agents: Sequence[AgentDescription], model: ModelProvider) -> list[Plugin]:
    parameters = ModelActivityParameters(
        start_to_close_timeout=MODEL_TIMEOUT,
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1),
            maximum_interval=timedelta(seconds=60),
            maximum_attempts=MODEL_ATTEMPTS,
        ),
    )
    mcp_servers = {name: factory for agent in agents for name, factory in agent.mcp_servers.items()}
    return [
        OpenAIAgentsPlugin(
            model_provider=model,
            model_params=parameters,
            add_temporal_spans=False,
            mcp_servers=mcp_servers or None,
        ),
        SimplePlugin("agentex.payloads", data_converter=_shared),
    ]


def _shared(converter: DataConverter | None) -> DataConverter:
    return product_converters(converter or DataConverter.default)
