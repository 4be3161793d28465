"""The Temporal worker: runs workflows, model calls and the activities of the record, in one process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from temporalio.client import Client, Plugin
from temporalio.converter import DataConverter, PayloadCodec
from temporalio.worker import Interceptor, Worker

from agentex_web.background import Loop, Loops, in_background
from agentex_web.compat import (
    guide,
    mcp_limits,
    mcp_lines,
    payload_contexts,
    sandbox_checks,
    tool_details,
)
from agentex_web.compat.activity_events import wait_on
from agentex_web.compat.activity_heartbeats import heartbeat_sender
from agentex_web.compat.activity_polls import poll_in_parallel
from agentex_web.delivery.connection import temporal_connection
from agentex_web.streams.stops import listen_for_stops, stop_here
from agentex_web.tasks import agents
from agentex_web.tasks.threads import in_database
from agentex_web.turns.calls_here import end_with
from agentex_web.turns.context_interceptor import ContextInterceptor
from agentex_web.turns.options import HEARTBEAT_THROTTLE
from agentex_web.turns.sandbox import workflow_runner
from agentex_web.turns.scheduled import ScheduledRun
from agentex_web.turns.tool_activity import run_tool
from agentex_web.turns.unknown import UnknownWorkflow, unknown_activity
from agentex_web.worker import duties
from agentex_web.worker.activities import record_activities, schedules
from agentex_web.worker.agents_plugin import agents_plugin
from agentex_web.worker.data_converter import payloads_plugin
from agentex_web.worker.heartbeats import HeartbeatThread
from agentex_web.worker.interceptor import WorkerInterceptor
from agentex_web.worker.memory_limit import WORKFLOWS
from agentex_web.worker.own_workers import agents_of, answering, connection_options
from agentex_web.worker.presence import report_presence
from agentex_web.worker.sticky import release_chats
from agentex_web.worker.versions.build import build_id, deployment_of
from agentex_web.worker.versions.watch import VersionWatch
from agents import set_trace_processors, set_tracing_disabled

logger = logging.getLogger(__name__)
WORKFLOW_TASKS = 24
"""Limit on concurrent workflow tasks. After a worker's death one interpreter replays all its chats: with
Temporal's default of 100, each took longer than the 2 s after which it counts as blocked (TMPRL1101). The
limit is not lower, because a workflow task also waits for its writes of the record."""
WORKFLOW_THREADS = 200
"""Limit on the threads for workflow tasks and for the evictions of chats from memory; each is started when it
is needed. Code that blocks keeps its thread after Temporal has given up its task, and its eviction waits in
another. With one thread a task, as is Temporal's default, 20 blocked chats left none for the others; and a
task that waits 2 s for a thread counts as blocked."""
STICKY = timedelta(seconds=3)
"""How long a task waits for the worker with its chat in memory; about the start time of a worker."""


class AgentexWorker:
    """The worker process: serves the workflows and activities of all agents.

    Args:
        task_queue: by default the setting TEMPORAL_TASK_QUEUE.
        max_workers: number of threads for activities that are plain functions; by default
            ``max_concurrent_activities``.
        max_concurrent_activities: by default the setting AGENTEX_CONCURRENT_MODEL_CALLS.
        health_check_port: while the worker runs, HTTP requests at this port are answered with 200.
        plugins: by default the standard OpenAIAgentsPlugin with models that stream.
        interceptors: the author's own; they may include ContextInterceptor.
        metrics_url: an OpenTelemetry collector, such as http://collector:4317, for Temporal's metrics.
        payload_codec, data_converter: replace the product's. The web process must be able to read them too.
        reads: the files that the agents read while they were imported, which belong to the worker's version.
    """

    def __init__(  # noqa: PLR0913  (agentex-sdk's arguments)
        self,
        task_queue: str | None = None,
        max_workers: int | None = None,
        max_concurrent_activities: int | None = None,
        health_check_port: int | None = None,
        plugins: Sequence[Plugin] | None = None,
        interceptors: Sequence[Interceptor] | None = None,
        *,
        metrics_url: str | None = None,
        payload_codec: PayloadCodec | None = None,
        data_converter: DataConverter | None = None,
        reads: Collection[str] | None = None,
    ) -> None:
        self.task_queue = task_queue or settings.TEMPORAL_TASK_QUEUE
        self._activities = max_concurrent_activities or settings.AGENTEX_CONCURRENT_MODEL_CALLS
        self._threads = max_workers or self._activities
        self._health_check_port = health_check_port
        self._reads = reads
        self.deployment = deployment_of(self.task_queue, reads)
        self._connection = connection_options(metrics_url, payload_codec, data_converter)
        self.plugins = list(plugins) if plugins is not None else [agents_plugin()]
        # Only one interceptor may set the headers: this worker's replaces ContextInterceptor.
        others = [each for each in interceptors or [] if type(each) is not ContextInterceptor]
        self._heartbeats = HeartbeatThread()
        self._workflow_threads = ThreadPoolExecutor(WORKFLOW_THREADS, thread_name_prefix=WORKFLOWS)
        self.interceptors = [*others, WorkerInterceptor(record_activities.ALL, self._heartbeats)]

    async def connect(self) -> Client:
        """Connects to Temporal, with the worker's plugins.

        Raises:
            TemporalMissing: Temporal cannot be reached.
        """
        plugins = [*self.plugins, payloads_plugin()]
        return await Client.connect(**temporal_connection(), **self._connection, plugins=plugins)

    def worker(
        self, client: Client, activities: Sequence[Callable[..., Any]], workflows: Sequence[type]
    ) -> Worker:
        """Creates Temporal's worker, with the given activities and those of the record."""
        if not settings.AGENTEX_EXPORT_TRACES:
            # The SDK sends traces to OpenAI as soon as a key is set; here they leave only on request.
            set_trace_processors([])
            set_tracing_disabled(True)
        payload_contexts.install()
        mcp_limits.install()
        mcp_lines.install()
        sandbox_checks.install()
        tool_details.install()
        worker = Worker(
            client,
            task_queue=self.task_queue,
            activities=list(
                dict.fromkeys(
                    [
                        *activities,
                        *record_activities.ALL,
                        run_tool,
                        schedules.begin_scheduled_run,
                        unknown_activity,
                    ]
                )
            ),
            workflows=[
                *dict.fromkeys(guide.adapt(each) for each in workflows),
                ScheduledRun,
                UnknownWorkflow,
            ],
            interceptors=self.interceptors,
            workflow_runner=workflow_runner(),
            workflow_task_executor=self._workflow_threads,
            # For activities that are plain functions; the pool starts threads only when they are needed.
            activity_executor=ThreadPoolExecutor(self._threads, thread_name_prefix="activity"),
            # The record is written by local activities, which have slots of their own.
            max_concurrent_activities=self._activities,
            max_concurrent_local_activities=settings.AGENTEX_CONCURRENT_MODEL_CALLS,
            max_concurrent_workflow_tasks=WORKFLOW_TASKS,
            sticky_queue_schedule_to_start_timeout=STICKY,
            max_heartbeat_throttle_interval=HEARTBEAT_THROTTLE,
            graceful_shutdown_timeout=timedelta(seconds=settings.AGENTEX_WORKER_GRACE_SECONDS),
            deployment_config=self.deployment,
            # Temporal's default build id hashes all loaded modules, which takes 0.4 s at each start.
            build_id=None if self.deployment else build_id(self._reads),
        )
        return poll_in_parallel(worker)

    @asynccontextmanager
    async def serving(
        self, client: Client, activities: Sequence[Callable[..., Any]], workflows: Sequence[type]
    ) -> AsyncIterator[None]:
        """Serves while the block runs; running calls then have AGENTEX_WORKER_GRACE_SECONDS to end."""
        worker = self.worker(client, activities, workflows)
        wait_on(asyncio.get_running_loop())
        end_with(partial(_stop_on, asyncio.get_running_loop()))
        async with (
            # Started first and ended last, so that calls in their grace period still receive a Stop.
            Loops({"The stop listener": listen_for_stops}),
            self._heartbeats.running(heartbeat_sender(worker)),
            worker,
            Loops(
                {
                    **duties.loops(),
                    "The presence": partial(report_presence, self.task_queue, workflows),
                    **self._watch(client),
                }
            ),
        ):
            in_background(release_chats(client), "The release of chats")
            yield

    def _watch(self, client: Client) -> dict[str, Loop]:
        if self.deployment is None:
            return {}
        return {"The check of versions": VersionWatch(client, self.deployment.version).run}

    async def run(
        self,
        activities: Sequence[Callable[..., Any]] = (),
        workflow: type | None = None,
        workflows: Sequence[type] = (),
    ) -> None:
        """Serves until cancelled; running calls then have AGENTEX_WORKER_GRACE_SECONDS to end.

        Each workflow that takes messages appears in the dashboard under its name in Temporal.
        """
        served = [*([workflow] if workflow else []), *workflows]
        async with (
            self.serving(await self.connect(), activities, served),
            answering(self._health_check_port),
        ):
            for name in await in_database(agents.offer, agents_of(served, self.task_queue)):
                logger.error("“%s” is not offered: another worker has an agent of this name.", name)
            await asyncio.Event().wait()


def _stop_on(loop: asyncio.AbstractEventLoop, turn_id: str, continued: int) -> None:
    # After the worker's end, the loop is closed.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(stop_here, turn_id, continued)
