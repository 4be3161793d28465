"""Runs the SDK's worker on this project's in-memory core, for tests without a server.

``temporalio.worker.Worker`` creates its Rust core itself, from a connected client; neither can be passed as
an argument (temporalio 1.35; no upstream issue found). Without a patch, a worker on another core would need a
copy of its 700 lines of wiring: plugins, runners, interceptors, converters and external storage. So the
client here pretends to be connected, and ``temporalio.bridge.worker.Worker.create`` is replaced during one
constructor call. The time after which a workflow counts as blocked has no option either.
"""

from collections.abc import Sequence
from typing import Any
from unittest import mock

import temporalio.bridge.worker
from temporalio.client import Client, Plugin
from temporalio.runtime import Runtime
from temporalio.service import ConnectConfig
from temporalio.service import _BridgeServiceClient as BridgeServiceClient
from temporalio.worker import Worker

BLOCKED_SECONDS = 30
"""With Temporal's own limit of 2 s (TMPRL1101), tests would fail on a busy machine."""


class _Unconnected(BridgeServiceClient):
    """A service client that looks connected to a worker. Every call fails at once."""

    def __init__(self) -> None:
        super().__init__(ConnectConfig(target_host="in-memory.invalid:7233"))
        self._runtime = Runtime.default()
        self._bridge_client = object()  # type: ignore[assignment]

    async def _rpc_call(self, rpc: str, *_args: Any, **_options: Any) -> Any:
        raise RuntimeError(f"There is no Temporal server in a test of adk.testing to call {rpc} on.")


def in_memory_client(namespace: str, plugins: Sequence[Plugin] = ()) -> Client:
    """Returns an unconnected client, which only passes converters and plugins to its worker."""
    return Client(_Unconnected(), namespace=namespace, plugins=list(plugins))


def in_memory_worker(client: Client, core: object, **options: Any) -> Worker:
    """Returns a worker that runs on ``core``.

    Args:
        client: made by ``in_memory_client``.
        core: has the methods of ``temporalio.bridge.worker.Worker``.
        options: arguments of ``temporalio.worker.Worker``.
    """

    def create(_client: object, _config: object) -> object:
        return core

    with mock.patch.object(temporalio.bridge.worker.Worker, "create", create):
        # Without a build id, the SDK reads the code of every loaded module, once in a process: 0.3 s of CPU.
        worker = Worker(client, build_id="in memory", **options)
    if worker._workflow_worker is not None:
        worker._workflow_worker._deadlock_timeout_seconds = BLOCKED_SECONDS
    return worker
