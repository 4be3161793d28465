"""An author's code that uses up the memory is interrupted, and the worker stays within its limit."""

import resource
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import agentex_web.agents
from agentex_web.worker import machine_memory, memory_limit
from agentex_web.worker.authors_frames import AuthorsThread
from agentex_web.worker.memory_limit import MB, MemoryLimit, TooMuchMemory, default_limit
from agentex_web.worker.worker import AgentexWorker
from tests.support.waiting import until

FILE = Path(agentex_web.agents.__path__[0]) / "greedy.py"


@pytest.fixture
def limits() -> Iterator[list[MemoryLimit]]:
    made: list[MemoryLimit] = []
    before = resource.getrlimit(resource.RLIMIT_DATA)
    yield made
    for each in made:
        each.close()
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_a_huge_allocation_fails_at_once(limits: list[MemoryLimit]) -> None:
    limits.append(MemoryLimit(machine_memory.used()[0] + 100 * MB))
    assert limits[0].look() == ""
    with pytest.raises(MemoryError):
        bytearray(4096 * MB)
    assert len(bytearray(MB)) == MB


def test_the_code_that_uses_it_is_interrupted(
    limits: list[MemoryLimit], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, ended = threading.Event(), threading.Event()
    said: list[str] = []
    written: dict[str, Any] = {"begun": begun, "ended": ended, "said": said}
    source = """
def greedy():
    begun.set()
    try:
        while True:
            pass
    except MemoryError as error:
        said.append(str(error))

def waits():
    ended.wait()
"""
    exec(compile(source, str(FILE), "exec"), written)
    threads = [threading.Thread(target=written[each], daemon=True) for each in ("waits", "greedy")]
    for each in threads:
        each.start()
    assert begun.wait(30)
    used, (_, allocated) = 400 * MB, machine_memory.used()
    monkeypatch.setattr(machine_memory, "used", lambda: (used, allocated))
    limits.append(MemoryLimit(512 * MB))
    assert limits[0].look() == ""
    used = 600 * MB
    assert limits[0].look() == ""
    until(lambda: not threads[1].is_alive())
    assert threads[0].is_alive()
    assert said == ["The worker used more than 0.5 GB of memory while this ran, its limit."]
    assert f"{FILE.parent.name}/greedy.py, line " in caplog.text
    # It is kept: the worker ends, with a note for the next one.
    monkeypatch.setattr(memory_limit, "END_SECONDS", 0.0)
    assert limits[0].look().endswith("it used more than 0.5 GB of memory")
    ended.set()
    used = 400 * MB
    assert limits[0].look() == ""


def test_temporal_does_not_repeat_what_used_too_much() -> None:
    assert TooMuchMemory().non_retryable


def test_the_limit_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, machine = tmp_path / "cgroup", machine_memory.total(tmp_path)
    (tmp_path / "pod" / "inner").mkdir(parents=True)
    (tmp_path / "memory" / "pod").mkdir(parents=True)
    own.write_text("5:devices:/\n4:memory:/pod\n0::/pod/inner\n")
    (tmp_path / "pod" / "inner" / "memory.max").write_text("max\n")
    (tmp_path / "pod" / "memory.max").write_text(f"{2048 * MB}\n")
    assert machine_memory.total(tmp_path, own) == min(machine, 2048 * MB)
    (tmp_path / "memory" / "pod" / "memory.limit_in_bytes").write_text(f"{1024 * MB}\n")
    assert machine_memory.total(tmp_path, own) == min(machine, 1024 * MB)
    monkeypatch.setattr(machine_memory, "used", lambda: (250 * MB, 0))
    for total, limit in ((16 * 1024, 12 * 1024), (2048, 1536), (1024, 512), (256, 512)):
        monkeypatch.setattr(machine_memory, "total", lambda total=total: total * MB)
        assert default_limit() == limit * MB
    # Files that load a large model do not end each worker that loads them.
    monkeypatch.setattr(machine_memory, "used", lambda: (900 * MB, 0))
    assert default_limit() > 1024 * MB


def test_mapped_files_do_not_count(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("VmData:\t 700 kB\nRssAnon:\t 300 kB\nRssFile:\t 9000 kB\nRssShmem:\t 20 kB\n")
    assert machine_memory.used(status) == (320 * 1024, 700 * 1024)
    status.write_text("Name:\tpython\n")
    with pytest.raises(OSError):
        machine_memory.used(status)


def test_the_workers_own_threads_are_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[int] = []
    own = AuthorsThread(threading.main_thread().ident or 0, "MainThread", 0, 1, 0, "agents/x.py, line 1")
    # Temporal interrupts workflows.
    of_workflows = AgentexWorker()._workflow_threads.submit(lambda: threading.current_thread().name).result()
    computing, tool, gone, workflow = (
        replace(own, ident=number, name=name)
        for number, name in enumerate(("computing_0", "tools", "tool", of_workflows), 1)
    )
    found = iter([[own, computing, workflow], [], [own, tool], [tool], [], [gone], [], []])
    monkeypatch.setattr(memory_limit, "authors_threads", lambda: next(found))
    monkeypatch.setattr(memory_limit, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(machine_memory, "used", lambda: (600 * MB, 600 * MB))
    limit = MemoryLimit(512 * MB, lambda thread, error: raised.append(thread))
    for _ in range(3):
        assert limit.look() == ""
    # The last one had given back its thread when it was looked at again.
    assert raised == [2]


def test_without_a_limit_nothing_is_limited() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    assert MemoryLimit(0).look() == ""
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_a_limit_with_which_no_worker_could_run_is_raised(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(machine_memory, "used", lambda: (400 * MB, 500 * MB))
    assert [memory_limit.usable_limit(each) for each in (0, 464, 900)] == [0, 464 * MB, 900 * MB]
    assert not caplog.text
    assert memory_limit.usable_limit(300) == 464 * MB
    assert "AGENTEX_WORKER_MEMORY=300 is too little" in caplog.text
