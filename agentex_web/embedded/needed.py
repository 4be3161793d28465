"""Which services this machine has to run itself: those that the settings give no address for."""

import functools
import socket
import sys
from pathlib import Path

from django.conf import settings
from temporalio.envconfig import ClientConfig

from agentex_web.embedded import ports
from agentex_web.embedded.leash import leashed
from agentex_web.embedded.part import Part
from agentex_web.embedded.redis import redis_part
from agentex_web.embedded.temporal import temporal_part
from agentex_web.services import uses_demo_model


def needed_services(data_dir: Path) -> list[Part]:
    """In the order in which they are named to people; ports are chosen now.

    Raises:
        CannotStart: a program or a free port is missing.
    """
    port = ports.choose(data_dir, ["temporal", "temporal_ui", "model"])
    parts = []
    if _needs_temporal():
        parts.append(temporal_part(data_dir, port["temporal"], port["temporal_ui"]))
    if not settings.REDIS_URL:
        parts.append(redis_part(data_dir))
    if uses_demo_model():
        parts.append(model_part(port["model"]))
    return parts


def needs_any() -> bool:
    return _needs_temporal() or not settings.REDIS_URL or uses_demo_model()


def _needs_temporal() -> bool:
    # Asked of the client's configuration, not of the setting: a profile file may name an address too.
    return not ClientConfig.load_client_connect_config().get("target_host")


def model_part(port: int) -> Part:
    """The demo model, which keeps nothing and so may be killed at any moment."""
    module = [sys.executable, "-m", "agentex_web.demo_model"]
    return Part(
        name="model",
        command=leashed(*module, "--host", ports.LOOPBACK, "--port", str(port)),
        addresses={"model": f"http://{ports.LOOPBACK}:{port}/v1"},
        is_ready=functools.partial(_listens, port),
    )


def _listens(port: int) -> bool:
    try:
        socket.create_connection((ports.LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
