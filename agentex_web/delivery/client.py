"""The connection to Temporal, and the signals to the workflows of turns."""

import asyncio
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.delivery.connection import temporal_connection
from agentex_web.encryption.converter import client_options
from agentex_web.names import workflow_id_of
from agentex_web.services import ServiceMissing
from agentex_web.tasks.models import Turn
from agentex_web.turns.payloads import SignalName, StopParams

CONNECT_SECONDS = 3.0
RPC_TIMEOUT = timedelta(seconds=5)

TemporalMissing = (RPCError, RuntimeError, ServiceMissing, TimeoutError, OSError)
"""The exceptions that mean that Temporal cannot be reached. The SDK's connect raises a plain RuntimeError."""

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[dict[str, Any], Client]] = WeakKeyDictionary()


async def temporal_client() -> Client:
    """Returns the connected Temporal client of this event loop.

    Raises:
        one of TemporalMissing: Temporal cannot be reached.
    """
    config = temporal_connection()
    loop = asyncio.get_running_loop()
    known = _clients.get(loop)
    if known is None or known[0] != config:
        client = await asyncio.wait_for(Client.connect(**config, **client_options()), CONNECT_SECONDS)
        known = _clients[loop] = (config, client)
    return known[1]


async def signal_turn(turn: Turn, signal: SignalName, reason: str = "") -> bool:
    """Sends STOP, WITHDRAW or STEER for a turn. Returns False if its workflow is not running.

    A person's Stop is sent by delivery/stopping.py.

    Args:
        reason: with STOP, why the turn failed; empty if it was interrupted.
    """
    client = await temporal_client()
    handle = client.get_workflow_handle(workflow_id_of(turn.task_id))
    try:
        await handle.signal(signal, StopParams(str(turn.pk), reason), rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def temporal_is_there() -> bool:
    try:
        client = await temporal_client()
        return await client.service_client.check_health(timeout=RPC_TIMEOUT)
    except TemporalMissing:
        return False
