"""The name and version of the code that a worker runs."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from agentex_web import __version__
from agentex_web.worker.watched_files import snapshot

LARGEST_FILE = 10_000_000
"""Limit in bytes; of larger files only the size is hashed."""


def deployment_of(task_queue: str) -> WorkerDeploymentConfig | None:
    """Returns the versioning options for Temporal's worker; None without AGENTEX_WORKER_VERSIONING."""
    if settings.AGENTEX_WORKER_VERSIONING == "off":
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name(task_queue), build_id()),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def deployment_name(task_queue: str) -> str:
    """The setting AGENTEX_DEPLOYMENT_NAME; by default the task queue's name, with "-" for "." and ":"."""
    return settings.AGENTEX_DEPLOYMENT_NAME or task_queue.replace(".", "-").replace(":", "-")


def build_id() -> str:
    """The setting AGENTEX_BUILD_ID; by default the product's version and a hash of the files in agents/."""
    return settings.AGENTEX_BUILD_ID or f"{__version__}-{_hash_of(settings.AGENTEX_AGENT_DIRS)}"


def _hash_of(folders: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for folder in folders:
        for name in sorted(snapshot([folder])):
            path = Path(name)
            size = path.stat().st_size
            found.update(f"{path.relative_to(folder)} {size}\n".encode())
            if size <= LARGEST_FILE:
                found.update(path.read_bytes())
    return found.hexdigest()[:12]
