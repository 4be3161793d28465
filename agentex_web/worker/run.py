"""`manage.py runworker`: loads the agents, announces them, and serves until it is stopped."""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError
from temporalio.client import Client

from agentex_web.catalog.fatal_imports import FatalImports
from agentex_web.catalog.loading import Catalog, load_catalog
from agentex_web.computing import take_short_turns
from agentex_web.delivery.client import TemporalMissing
from agentex_web.services import ServiceMissing, offer_model
from agentex_web.streams import hung_activities
from agentex_web.tasks import agents
from agentex_web.tasks.threads import in_database
from agentex_web.turns import registry
from agentex_web.turns.chat_workflow import ChatWorkflow
from agentex_web.worker.agent_rows import rows_of
from agentex_web.worker.agents_plugin import agents_plugin
from agentex_web.worker.hung_runs import HungActivity, HungRun, found_hung_runs
from agentex_web.worker.lost_turns import end_hung_run
from agentex_web.worker.memory_limit import MemoryLimit, default_limit, usable_limit
from agentex_web.worker.running_tasks import RunningTasks
from agentex_web.worker.stopping import stopped_by_signals
from agentex_web.worker.upkeep import Upkeep
from agentex_web.worker.versions.watch import drained
from agentex_web.worker.watchdog import ended_if_hung
from agentex_web.worker.worker import AgentexWorker

logger = logging.getLogger(__name__)

FIRST_RETRY_SECONDS, RETRY_SECONDS = 0.05, 2.0
"""Pauses between attempts to connect. When everything starts at once, Temporal comes up moments later."""


IsReady = Callable[[Collection[str] | None], None]


def _nothing(_reads: Collection[str] | None) -> None:
    pass


def fatal_imports() -> FatalImports:
    """The notes about files that ended a worker while they were imported."""
    return FatalImports(settings.DATA_DIR / "imports")


async def serve(task_queue: str | None = None, is_ready: IsReady = _nothing) -> None:
    """Serves until SIGTERM or SIGINT. Waits for Temporal if it is not available yet.

    Args:
        is_ready: called once the worker serves and its agents are announced, with the files that these read.
    """
    drain = settings.AGENTEX_WORKER_DRAIN_SECONDS if settings.AGENTEX_WORKER_VERSIONING != "off" else 0
    take_short_turns()
    with stopped_by_signals(drain + settings.AGENTEX_WORKER_GRACE_SECONDS) as stop:
        offer_model()
        # Outside `ended_if_hung`: imports block the loop, and have their own time limit.
        catalog = load_catalog(fatal_imports())
        folder = settings.DATA_DIR / "hangs"
        hung = found_hung_runs(folder) if folder.exists() else []
        upkeep, memory = Upkeep(), MemoryLimit(memory_limit())

        def glance() -> str:
            upkeep.glance()
            return memory.look()

        with closing(memory):
            async with ended_if_hung(running_tasks(folder), upkeep.look, glance):
                await _serve_agents(catalog, task_queue, stop, is_ready, hung, upkeep)


def memory_limit() -> int:
    """The limit of this worker's memory in bytes; 0 if there is none."""
    megabytes = settings.AGENTEX_WORKER_MEMORY
    return default_limit() if megabytes is None else usable_limit(megabytes)


def running_tasks(folder: Path) -> RunningTasks | None:
    """Where the running workflow tasks are noted; None if nothing can be written there."""
    try:
        return RunningTasks(folder)
    except OSError as error:
        logger.warning("After a hang, the next worker will not know the chat to blame: %s", error)
        return None


async def _serve_agents(
    catalog: Catalog,
    task_queue: str | None,
    stop: asyncio.Event,
    is_ready: IsReady,
    hung: Sequence[HungRun | HungActivity],
    upkeep: Upkeep,
) -> None:
    for warning in catalog.warnings:
        logger.warning("%s", warning)
    for reason in catalog.broken.values():
        logger.error("An agent was left out. %s", reason)
    registry.put(catalog.agents)
    found = catalog.agents.values()
    worker = AgentexWorker(
        task_queue,
        plugins=[
            agents_plugin(mcp_servers={k: v for each in found for k, v in each.mcp_servers.items()} or None)
        ],
        reads=catalog.reads,
    )
    client = await _unless_stopped(stop, _connect(worker))
    if client is None:
        return
    for each in hung:
        if isinstance(each, HungRun):
            await end_hung_run(client, each)
        else:
            await _refuse_hung(each)
    async with worker.serving(
        client,
        activities=catalog.activities(),
        workflows=[ChatWorkflow, *catalog.workflows()],
    ):
        await in_database(agents.announce, rows_of(catalog, worker.task_queue), worker.task_queue)
        logger.info("The worker serves %s", ", ".join(catalog.agents) or "no agents: agents/ holds none")
        upkeep.begin()
        is_ready(catalog.reads)
        await stop.wait()
        if worker.deployment:
            await drained(client, worker.deployment.version, settings.AGENTEX_WORKER_DRAIN_SECONDS)
        logger.info("The worker stops: running calls have a moment to end")


async def _refuse_hung(hung: HungActivity) -> None:
    """Refuses the next attempt of an activity that hung a worker more than once, in all workers."""
    did = f"crashed the worker: {hung.crash}" if hung.crash else "blocked the whole worker"
    reason = (
        f"The activity “{hung.function}” {did}{f' ({hung.where})' if hung.where else ''}. "
        "Run such code in a program of its own, for example with subprocess."
    )
    logger.error("%s, attempt %d: %s", hung.workflow_id, hung.attempt, reason)
    if hung.attempt > 1:
        try:
            await hung_activities.refuse(hung.workflow_id, hung.activity_id, hung.attempt, reason)
        except (RedisError, ServiceMissing) as error:
            logger.warning("Its next attempt may hang a worker again: %s", error)


async def _connect(worker: AgentexWorker) -> Client:
    pause = FIRST_RETRY_SECONDS
    while True:
        try:
            return await worker.connect()
        except TemporalMissing as error:
            if pause == RETRY_SECONDS:
                logger.warning("Waiting for Temporal: %s", error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_SECONDS)


async def _unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, Client]) -> Client | None:
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    return None
