"""A versioned worker reports that it is alive, makes its version current, and moves orphaned runs to it."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator

from django.conf import settings
from redis.exceptions import RedisError
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.service import RPCError

from agentex_web.services import ServiceMissing
from agentex_web.streams import live_workers
from agentex_web.worker.versions import deployment
from agentex_web.worker.versions.deployment import Deployment

logger = logging.getLogger(__name__)

CHECK_SECONDS = 1.5
MISSED_CHECKS = 2
"""Consecutive checks without a worker before a version counts as dead: Redis may have been restarted."""
CHECKS_BETWEEN_QUERIES = 20
"""Number of checks between two queries to Temporal, which limits them per deployment (RESOURCE_EXHAUSTED)."""


class VersionWatch:
    """The watch of one worker; ``run`` is its loop."""

    def __init__(self, client: Client, version: WorkerDeploymentVersion) -> None:
        self._client = client
        self._name = version.deployment_name
        self._build_id = version.build_id
        self._worker = f"{socket.gethostname()}-{os.getpid()}"
        self._missed: dict[str, int] = {}
        self._checks_since_query = 0
        self._known = Deployment(version.deployment_name, ())

    async def run(self) -> None:
        """Checks the versions while the worker runs."""
        try:
            while True:
                try:
                    await self.check()
                except (RedisError, ServiceMissing, OSError, RPCError) as error:
                    logger.warning("The versions of the code could not be checked: %s", error)
                await asyncio.sleep(CHECK_SECONDS)
        finally:
            with contextlib.suppress(RedisError, ServiceMissing, OSError):
                await live_workers.leave(self._name, self._build_id, self._worker)

    async def check(self) -> None:
        """Reports that this worker is alive, and acts on the state of the other versions."""
        await live_workers.report(self._name, self._build_id, self._worker)
        alive = await live_workers.builds(self._name)
        died = self._lost_its_last_worker(alive)
        self._checks_since_query += 1
        if not (
            died or self._has_unknown_version(alive) or self._checks_since_query >= CHECKS_BETWEEN_QUERIES
        ):
            return
        self._known, self._checks_since_query = await deployment.describe(self._client, self._name), 0
        await self._become_current(self._known)
        await self._move_orphaned_runs(self._known)

    def _has_unknown_version(self, alive: dict[str, int]) -> bool:
        """True if a live version was not in Temporal's last answer; it learns of one with its first poll."""
        return not alive.keys() <= {each.build_id for each in self._known.versions}

    def _lost_its_last_worker(self, alive: dict[str, int]) -> bool:
        """Counts the checks that found no worker of a version; True if one was given up just now."""
        before, known = self._missed, {each.build_id for each in self._known.versions}
        # Versions that Temporal does not know are forgotten once they have been given up.
        waited_for = {build_id for build_id, missed in before.items() if missed < MISSED_CHECKS}
        self._missed = {
            build_id: 0 if build_id in alive else before.get(build_id, 0) + 1
            for build_id in waited_for | alive.keys() | known
        }
        return MISSED_CHECKS in self._missed.values()

    def _is_dead(self, build_id: str) -> bool:
        return self._missed.get(build_id, 0) >= MISSED_CHECKS

    async def _become_current(self, known: Deployment) -> None:
        own, current = known.version(self._build_id), known.current
        if own is None or own.current or settings.AGENTEX_WORKER_VERSIONING != "auto":
            return
        # A worker with older code that restarts must not undo a deployment. In a rollback to older code, no
        # worker of the current version is alive.
        if current is None or current.began < own.began or self._is_dead(current.build_id):
            await deployment.make_current(self._client, self._name, self._build_id)
            logger.info("Version %s of %s is current", self._build_id, self._name)
            self._known = known.with_current(self._build_id)

    async def _move_orphaned_runs(self, known: Deployment) -> None:
        current = known.current
        if current is None or self._is_dead(current.build_id):
            return
        for each in self._dead(known):
            if moved := await deployment.move_runs(self._client, self._name, each):
                logger.warning(
                    "%s runs continue with version %s, because no worker of %s is alive",
                    moved,
                    current.build_id,
                    each,
                )

    def _dead(self, known: Deployment) -> Iterator[str]:
        for each in known.versions:
            if not (each.current or each.drained) and self._is_dead(each.build_id):
                yield each.build_id


async def drained(client: Client, version: WorkerDeploymentVersion, seconds: float) -> None:
    """Waits until no run of this version is open, if another one is current; at most ``seconds``."""
    with contextlib.suppress(TimeoutError, RPCError):
        async with asyncio.timeout(seconds):
            known = await deployment.describe(client, version.deployment_name)
            if known.current is None or known.current.build_id == version.build_id:
                return
            # Polls, because Temporal has no call that waits for this.
            while await deployment.open_runs(client, version.deployment_name, version.build_id):  # noqa: ASYNC110
                await asyncio.sleep(CHECK_SECONDS)
