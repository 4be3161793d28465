"""A workflow whose code ran in three workers that vanished is ended. Broken notes blame nobody."""

import os
from pathlib import Path

import pytest

from agentex_web.worker import vanished_workers
from agentex_web.worker.hung_runs import VANISHED, HungActivity, HungRun, found_hung_runs
from agentex_web.worker.running_tasks import RunningTasks


def vanished(folder: Path, *running: str) -> list[HungRun | HungActivity]:
    """What the next worker finds after one that vanished while these workflows' code ran."""
    if os.fork() == 0:
        tasks = RunningTasks(folder)
        entered = [tasks.noted(each) for each in running]
        for each in entered:
            each.__enter__()
        os._exit(1)
    os.wait()
    return found_hung_runs(folder)


def test_what_ran_in_three_workers_that_vanished_is_to_blame(tmp_path: Path) -> None:
    assert vanished(tmp_path, "task-a", "task-guilty") == []
    assert vanished(tmp_path, "task-guilty", "task-b") == []
    assert vanished(tmp_path, "task-b", "task-guilty") == [HungRun("task-guilty", "", VANISHED)]
    # The count begins anew, also for what runs again after its end.
    assert vanished(tmp_path, "task-guilty") == []


def test_workers_that_are_killed_while_other_code_runs_blame_nobody(tmp_path: Path) -> None:
    assert vanished(tmp_path, "task-a") == []
    assert vanished(tmp_path, "task-a") == []
    assert vanished(tmp_path) == []
    assert vanished(tmp_path, "task-a") == []


def test_a_note_of_long_ago_or_a_broken_one_does_not_count(tmp_path: Path) -> None:
    for _ in range(2):
        assert vanished_workers.to_blame(tmp_path, {"task-a"}, now=1_000.0) == set()
    assert vanished_workers.to_blame(tmp_path, {"task-a"}, now=2_000.0) == set()
    assert vanished_workers.to_blame(tmp_path, {"task-a"}, now=2_001.0) == set()
    (tmp_path / "vanished.json").write_text("[")
    assert vanished_workers.to_blame(tmp_path, {"task-a"}, now=2_002.0) == set()


@pytest.mark.parametrize(
    "note",
    [
        '{"at": 1000, "times": {"task-a": Infinity}}',
        '{"at": 1e999, "times": {"task-a": 2}}',
        '{"at": NaN, "times": {"task-a": 2}}',
        "[" * 100_000,
        '{"at": 1000, "times": {"task-a": 2}, "more": "' + "x" * 1_000_000 + '"}',
        '{"at": 1000, "times": {"task-a": 1' + "0" * 5_000 + "}}",
        "\udcff",
    ],
)
def test_no_note_keeps_the_worker_from_starting(tmp_path: Path, note: str) -> None:
    path = tmp_path / "vanished.json"
    path.write_bytes(note.encode(errors="surrogateescape"))
    assert vanished_workers.to_blame(tmp_path, {"task-a"}, now=1_001.0) == set()
    path.unlink()
    path.mkdir()
    assert vanished_workers.to_blame(tmp_path, {"task-a"}, now=1_001.0) == set()
