"""Where Temporal is. Apart from services.py, because the web pages of the record need no client of
Temporal."""

from typing import Any

from temporalio.envconfig import ClientConfig

from agentex_web.services import embedded_address


def temporal_connection() -> dict[str, Any]:
    """Arguments for ``Client.connect``: from TEMPORAL_* variables and profiles, else the embedded server.

    Raises:
        ServiceMissing: neither an address is given nor an embedded server runs.
    """
    config: dict[str, Any] = dict(ClientConfig.load_client_connect_config())
    if not config.get("target_host"):
        config["target_host"] = embedded_address("temporal", "TEMPORAL_ADDRESS")
    return config
