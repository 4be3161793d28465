"""The build id of a worker's code, and which version becomes current."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion

from agentex_web.streams import live_workers
from agentex_web.worker.versions import deployment, watch
from agentex_web.worker.versions.build import build_id, deployment_of
from agentex_web.worker.versions.deployment import Deployment, Version


def version(build: str, day: int, *, current: bool = False) -> Version:
    return Version(build, datetime(2026, 1, day, tzinfo=UTC), current, drained=False)


def test_there_is_no_version_without_the_setting(settings: Any) -> None:
    settings.AGENTEX_WORKER_VERSIONING = "off"
    assert deployment_of("agentex") is None


def test_the_build_follows_the_files_of_agents(settings: Any, tmp_path: Path) -> None:
    settings.AGENTEX_AGENT_DIRS = [tmp_path]
    (tmp_path / "poet.py").write_text("agent = 1")
    first = build_id()
    assert build_id() == first
    (tmp_path / "poet.py").write_text("agent = 2")
    assert build_id() != first
    settings.AGENTEX_BUILD_ID = "v17"
    settings.AGENTEX_WORKER_VERSIONING = "auto"
    found = deployment_of("my.queue")
    assert found is not None
    assert (found.version.deployment_name, found.version.build_id) == ("my-queue", "v17")
    assert found.default_versioning_behavior == VersioningBehavior.PINNED


def test_data_in_the_folder_of_agents_is_no_other_build(settings: Any, tmp_path: Path) -> None:
    settings.AGENTEX_AGENT_DIRS = [tmp_path]
    (tmp_path / "poet.py").write_text("agent = 1")
    (tmp_path / "prompt.md").write_text("Be kind.")
    reads = {str((tmp_path / "prompt.md").resolve())}
    first = build_id(reads)
    (tmp_path / "orders.json").write_text("[]")
    assert build_id(reads) == first
    (tmp_path / "prompt.md").write_text("Be brief.")
    assert build_id(reads) != first


@pytest.mark.parametrize(
    ("mode", "known", "alive", "becomes"),
    [
        ("auto", [version("own", 1)], {"own"}, True),
        ("auto", [version("own", 2), version("old", 1, current=True)], {"own", "old"}, True),
        # An old worker is started again.
        ("auto", [version("new", 2, current=True), version("own", 1)], {"own", "new"}, False),
        # A rollback: no worker of the newer version is left.
        ("auto", [version("new", 2, current=True), version("own", 1)], {"own"}, True),
        ("manual", [version("own", 2), version("old", 1, current=True)], {"own", "old"}, False),
    ],
)
async def test_the_newest_version_becomes_current_by_itself(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    known: list[Version],
    alive: set[str],
    becomes: bool,
) -> None:
    settings.AGENTEX_WORKER_VERSIONING = mode
    made: list[str] = []

    async def nothing(*_: object) -> None: ...

    async def builds(_: str) -> dict[str, int]:
        return dict.fromkeys(alive, 1)

    async def describe(*_: object) -> Deployment:
        return Deployment("queue", tuple(known))

    async def make_current(_client: object, _name: str, build: str) -> None:
        made.append(build)

    async def leave(*_: object) -> int:
        return 0

    monkeypatch.setattr(live_workers, "report", nothing)
    monkeypatch.setattr(live_workers, "builds", builds)
    monkeypatch.setattr(deployment, "describe", describe)
    monkeypatch.setattr(deployment, "make_current", make_current)
    monkeypatch.setattr(deployment, "move_runs", leave)
    watching = watch.VersionWatch(Mock(), WorkerDeploymentVersion("queue", "own"))

    for _ in range(watch.MISSED_CHECKS + 1):
        await watching.check()
    assert made[:1] == (["own"] if becomes else [])
