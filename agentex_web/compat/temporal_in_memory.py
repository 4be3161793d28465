"""The SDK's worker on a core of ours, for tests that need no server.

``temporalio.worker.Worker`` makes its Rust core itself, from a client that is connected; neither can be given
by an argument (temporalio 1.35; no upstream issue found). A worker on another core would take a copy of its
700 lines of wiring: plugins, runners, interceptors, converters and external storage. So the client here says
that it is connected, and ``temporalio.bridge.worker.Worker.create`` is replaced for the time of one
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
"""Temporal's 2 s after which a workflow counts as blocked (TMPRL1101) would fail tests on a busy machine."""


class _Unconnected(BridgeServiceClient):
    """A service client that a worker takes for connected; a call over it fails at once."""

    def __init__(self) -> None:
        super().__init__(ConnectConfig(target_host="in-memory.invalid:7233"))
        self._runtime = Runtime.default()
        self._bridge_client = object()  # type: ignore[assignment]

    async def _rpc_call(self, rpc: str, *_args: Any, **_options: Any) -> Any:
        raise RuntimeError(f"There is no Temporal server in a test of adk.testing to call {rpc} on.")


def in_memory_client(namespace: str, plugins: Sequence[Plugin] = ()) -> Client:
    """A client that carries converters and plugins to its worker, and is connected to nothing."""
    return Client(_Unconnected(), namespace=namespace, plugins=list(plugins))


def in_memory_worker(client: Client, core: object, **options: Any) -> Worker:
    """A worker on ``core``, which has the methods of ``temporalio.bridge.worker.Worker``.

    Args:
        client: one of ``in_memory_client``.
        options: those of ``temporalio.worker.Worker``.
    """

    def create(_client: object, _config: object) -> object:
        return core

    with mock.patch.object(temporalio.bridge.worker.Worker, "create", create):
        worker = Worker(client, **options)
    if worker._workflow_worker is not None:
        worker._workflow_worker._deadlock_timeout_seconds = BLOCKED_SECONDS
    return worker
