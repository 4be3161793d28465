"""The name and version of the code that a worker runs."""

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

from django.conf import settings
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from agentex_web import __version__
from agentex_web.worker.watched_files import is_code, snapshot

LARGEST_FILE = 10_000_000
"""Limit in bytes; of larger files only the size is hashed."""


def deployment_of(task_queue: str, reads: Collection[str] | None = None) -> WorkerDeploymentConfig | None:
    """Returns the versioning options for Temporal's worker; None without AGENTEX_WORKER_VERSIONING.

    Args:
        reads: as in ``build_id``.
    """
    if settings.AGENTEX_WORKER_VERSIONING == "off":
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name(task_queue), build_id(reads)),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def deployment_name(task_queue: str) -> str:
    """The setting AGENTEX_DEPLOYMENT_NAME; by default the task queue's name, with "-" for "." and ":"."""
    return settings.AGENTEX_DEPLOYMENT_NAME or task_queue.replace(".", "-").replace(":", "-")


def build_id(reads: Collection[str] | None = None) -> str:
    """The setting AGENTEX_BUILD_ID; by default the product's version and a hash of the code in agents/.

    Args:
        reads: real paths of the files that the code read while it was imported. They count as code.
            None if they are not known, so that all files count.
    """
    return settings.AGENTEX_BUILD_ID or f"{__version__}-{_hash_of(settings.AGENTEX_AGENT_DIRS, reads)}"


def _hash_of(folders: Iterable[Path], reads: Collection[str] | None) -> str:
    found = hashlib.sha256()
    for folder in folders:
        for name in sorted(each for each in snapshot([folder]) if is_code(each, reads)):
            path = Path(name)
            size = path.stat().st_size
            found.update(f"{path.relative_to(folder)} {size}\n".encode())
            if size <= LARGEST_FILE:
                found.update(path.read_bytes())
    return found.hexdigest()[:12]
