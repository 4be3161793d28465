"""The connection settings of Temporal. Not in services.py, because pages that only read the record need no
Temporal client.
"""

from typing import Any

from temporalio.client import GrpcCompression
from temporalio.envconfig import ClientConfig

from agentex_web.services import embedded_address


def temporal_connection() -> dict[str, Any]:
    """Arguments for ``Client.connect``: from TEMPORAL_* variables and profiles, else the embedded server's.

    Raises:
        ServiceMissing: no address is configured, and no embedded server is running.
    """
    config: dict[str, Any] = dict(ClientConfig.load_client_connect_config())
    if not config.get("target_host"):
        config["target_host"] = embedded_address("temporal", "TEMPORAL_ADDRESS")
        # The default, gzip, saves bytes of a network that is not there.
        config["grpc_compression"] = GrpcCompression.NONE
    return config
