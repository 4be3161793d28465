"""What tests and benchmarks run in: a data directory, a database and ports of their own.

A running dashboard is not touched.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
AGENTS = ROOT / "agents"
# Empty, not absent: so that no `.env` fills anything in.
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
    """A new one, which is the caller's to remove."""
    # A short path: Redis listens on a socket in it, and those paths have at most 108 bytes.
    return Path(tempfile.mkdtemp(prefix="agentex-"))


def prepare(
    agent_dirs: Sequence[Path] = (AGENTS,),
    data: Path | None = None,
    services: Mapping[str, str] | None = None,
) -> Path:
    """Sets the environment, then Django up; returns the data directory, which is the caller's to remove.

    Args:
        services: addresses, by the names of their settings; those that are not given are embedded.
    """
    data = data or data_directory()
    os.environ.update(
        AGENTEX_DATA_DIR=str(data),
        AGENTEX_AGENT_DIRS=",".join(map(str, agent_dirs)),
        AGENTEX_MODEL_API="responses",
        # A question for a title would take the place of a scripted answer.
        AGENTEX_TITLES="off",
        DJANGO_SETTINGS_MODULE="agentex_web.settings",
        PORT="8000",
        **(dict.fromkeys(NOTHING_GIVEN, "") | dict(services or {})),
    )
    django.setup()
    # Settings are read. A process of pytest-xdist that found the name here would read them before it is here.
    del os.environ["DJANGO_SETTINGS_MODULE"]
    return data
