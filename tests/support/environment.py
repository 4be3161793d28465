"""The environment of tests and benchmarks: their own data directory, database and ports.

They do not touch a running dashboard.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
AGENTS = ROOT / "agents"
# Set to empty instead of removed, so that a `.env` file cannot fill them in.
NOTHING_GIVEN = (
    "DATABASE_URL",
    "REDIS_URL",
    "TEMPORAL_ADDRESS",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "SECRET_KEY",
    "EMAIL_URL",
)


def data_directory() -> Path:
    """Creates a data directory, which the caller must remove."""
    # The path must be short: Redis listens on a Unix socket in it, whose path is limited to 108 bytes.
    return Path(tempfile.mkdtemp(prefix="agentex-"))


def prepare(
    agent_dirs: Sequence[Path] = (AGENTS,),
    data: Path | None = None,
    services: Mapping[str, str] | None = None,
) -> Path:
    """Sets the environment, sets up Django, and returns the data directory, which the caller must remove.

    Args:
        services: addresses by the names of their settings; the other services are embedded.
    """
    data = data or data_directory()
    os.environ.update(
        AGENTEX_DATA_DIR=str(data),
        AGENTEX_AGENT_DIRS=",".join(map(str, agent_dirs)),
        AGENTEX_MODEL_API="responses",
        # A model call for a title would use up a scripted answer.
        AGENTEX_TITLES="off",
        DJANGO_SETTINGS_MODULE="agentex_web.settings",
        PORT="8000",
        **(dict.fromkeys(NOTHING_GIVEN, "") | dict(services or {})),
    )
    django.setup()
    # The settings are loaded now. A pytest-xdist process that inherits this name would load them before its own
    # prepare().
    del os.environ["DJANGO_SETTINGS_MODULE"]
    return data
