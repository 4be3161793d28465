"""The services that this machine must run itself: those without an address in the settings."""

import functools
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from agentex_web.embedded import ports
from agentex_web.embedded.leash import leashed
from agentex_web.embedded.part import Part
from agentex_web.embedded.redis import redis_part
from agentex_web.embedded.temporal import PORTS, client_config, temporal_part
from agentex_web.services import SERVICES_FILE, uses_demo_model


def needs_any() -> bool:
    return not client_config()[0] or not settings.REDIS_URL or uses_demo_model()


def needed_services(data_dir: Path) -> list[Part]:
    """Returns the services, in the order in which people see them, and chooses their ports.

    Raises:
        CannotStart: a program or a free port is missing.
    """
    port = ports.choose(data_dir, [*PORTS[:2], "model", *PORTS[2:]])
    parts = []
    address, namespace = client_config()
    if not address:
        parts.append(temporal_part(data_dir, port, namespace))
    if not settings.REDIS_URL:
        parts.append(redis_part(data_dir))
    if uses_demo_model():
        parts.append(model_part(port["model"]))
    return parts


def model_part(port: int) -> Part:
    """The demo model. It stores nothing, so it may be killed at any time."""
    module = [sys.executable, "-P", "-m", "agentex_web.demo_model"]
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


def publish(data_dir: Path, parts: Sequence[Part]) -> None:
    """Writes `services.json`: the addresses of the parts, for the processes that use them."""
    addresses = {name: address for part in parts for name, address in part.addresses.items()}
    # Replaced in one step, so that a reader sees either the whole old file or the whole new one.
    draft = data_dir / f"{SERVICES_FILE}.new"
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(addresses, indent=2) + "\n", encoding="utf-8")
    os.replace(draft, data_dir / SERVICES_FILE)


def withdraw(data_dir: Path) -> None:
    (data_dir / SERVICES_FILE).unlink(missing_ok=True)
