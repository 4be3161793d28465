"""`runworker --reload`: a changed file starts a new process, and the old one ends once the new one serves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentex_web.worker.reloading import Reloader, _announce, _reads
from agentex_web.worker.watched_files import Watched, snapshot
from tests.support.environment import ROOT
from tests.support.waiting import until

# Serves the word in agents/word.txt until SIGTERM. The word "broken" ends it before it serves; "hangs" never serves.
PROGRAM = """
import logging, os, pathlib, signal, sys, time
sys.path.insert(0, {root!r})
from agentex_web.worker import reloading
from agentex_web.worker.reloading import Reloader
reloading.STABLE_SECONDS = float(os.environ.get("STABLE_SECONDS", "1000"))
logging.basicConfig(level=logging.INFO, format="%(message)s")
folder = pathlib.Path(sys.argv[1])

def serve(is_ready):
    word = (folder / "word.txt").read_text()
    if word == "broken":
        raise RuntimeError("broken")
    if word == "hangs":
        print("never serves", flush=True)
    while word == "hangs":
        time.sleep(1)
    def leave(*_):
        print("leaves", word, flush=True)
        os._exit(0)
    signal.signal(signal.SIGTERM, leave)
    print("serves", word, os.getpid(), flush=True)
    is_ready([os.path.realpath(folder / "word.txt")])
    while True:
        time.sleep(0.05)

def load():
    print("loads", os.getpid(), flush=True)
    return serve

sys.exit(Reloader(load, [folder], 5, lambda process: print("forgets", process, flush=True)).run())
"""


@pytest.fixture
def well_after() -> str:
    return "1000"


@pytest.fixture
def running(tmp_path: Path, well_after: str) -> Iterator[tuple[subprocess.Popen[bytes], Path, Path]]:
    agents, log = tmp_path / "agents", tmp_path / "log"
    agents.mkdir()
    (agents / "word.txt").write_text("one")
    with log.open("wb") as output:
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(root=str(ROOT)), str(agents)],
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, "STABLE_SECONDS": well_after},
        )
    try:
        said(log, "serves one")
        yield program, agents, log
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def said(log: Path, words: str) -> str:
    until(lambda: words in log.read_text(), lambda: f"{words} in\n{log.read_text()}")
    return log.read_text()


def write(agents: Path, word: str) -> None:
    """Writes the word at once: a new process might otherwise read an empty file."""
    (agents / ".word").write_text(word)
    (agents / ".word").replace(agents / "word.txt")


def test_a_change_is_served_and_the_process_before_leaves_afterwards(
    running: tuple[subprocess.Popen[bytes], Path, Path],
) -> None:
    program, agents, log = running
    write(agents, "two")
    text = said(log, "leaves one")
    assert text.index("Changed: word.txt") < text.index("serves two") < text.index("leaves one")
    program.send_signal(signal.SIGTERM)
    assert program.wait(30) == 0
    assert "leaves two" in log.read_text()


def test_the_first_process_loads_the_worker_at_the_first_change(
    running: tuple[subprocess.Popen[bytes], Path, Path],
) -> None:
    program, agents, log = running
    first = int(log.read_text().split("serves one")[1].split()[0])
    assert log.read_text().count("loads") == 1 and f"loads {first}\n" in log.read_text()
    for before, word in (("one", "two"), ("two", "three")):
        write(agents, word)
        said(log, f"leaves {before}")
    assert log.read_text().count("loads") == 2 and f"loads {program.pid}\n" in log.read_text()


def test_data_that_a_tool_writes_is_no_change(
    running: tuple[subprocess.Popen[bytes], Path, Path],
) -> None:
    _program, agents, log = running
    (agents / "orders.json").write_text("[]")
    write(agents, "two")
    said(log, "leaves one")
    (agents / "orders.json").write_text("[1]")
    write(agents, "three")
    assert "orders.json" not in said(log, "leaves two").split("leaves one")[1]


def test_one_that_cannot_start_leaves_the_one_before_serving(
    running: tuple[subprocess.Popen[bytes], Path, Path],
) -> None:
    program, agents, log = running
    write(agents, "broken")
    text = said(log, "the previous one keeps serving")
    assert text.count("\nRuntimeError: broken") == 3 and "leaves" not in text and "forgets" not in text
    write(agents, "hangs")
    said(log, "never serves")
    write(agents, "three")
    said(log, "serves three")
    assert "forgets" in said(log, "leaves one")


@pytest.mark.parametrize("well_after", ["0"])
def test_one_that_served_well_and_died_is_replaced(
    running: tuple[subprocess.Popen[bytes], Path, Path],
) -> None:
    program, agents, log = running
    # Change the file, so that a new process is started.
    write(agents, "two")
    said(log, "leaves one")
    os.kill(int(log.read_text().split("serves two")[1].split()[0]), signal.SIGKILL)
    until(lambda: log.read_text().count("serves two") == 2, log.read_text)
    assert program.poll() is None
    program.send_signal(signal.SIGTERM)
    assert program.wait(30) == 0


def test_one_that_dies_soon_ends_the_program(
    running: tuple[subprocess.Popen[bytes], Path, Path],
) -> None:
    program, _, log = running
    os.kill(int(log.read_text().split("serves one")[1].split()[0]), signal.SIGKILL)
    assert program.wait(30) == 1


def test_caches_and_hidden_files_are_no_change(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    before = snapshot([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("")
    (tmp_path / ".a.py.swp").write_text("")
    assert snapshot([tmp_path]) == before
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "b.md").write_text("")
    assert snapshot([tmp_path]) != before


def test_the_first_process_notices_that_nobody_reads_its_pipe_any_more() -> None:
    """Its files may be more than a pipe holds. Without the error, it would wait and not even hear SIGTERM."""
    first, announce = os.pipe()
    # The next process serves if it has not inherited the first one's pipe.
    reloader = Reloader(lambda: lambda _is_ready: pytest.raises(OSError, os.fstat, first), [], 0, print)
    reloader._first = first
    process, ready = reloader._fork()
    for each in (first, announce, ready):
        os.close(each)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def test_a_process_that_announces_many_files_waits_for_nobody() -> None:
    ready, announce = os.pipe()
    paths = [f"/agents/{number:09}.md" for number in range(10_000)]
    _announce(announce, paths)
    assert os.read(ready, 1) == b"1" and _reads(ready) == paths
    os.close(ready)


def test_only_code_and_what_it_read_count_as_changed(tmp_path: Path) -> None:
    for name in ("shop.py", "prompt.md", "orders.db", "notes.json"):
        (tmp_path / name).write_text("one")
    watched, before = Watched(), snapshot([tmp_path])
    for path in list(tmp_path.iterdir()):
        path.write_text("the next")
    (tmp_path / "orders.db-journal").write_text("")
    (tmp_path / "new.md").write_text("")
    # Before anything is known, all count.
    assert len(watched.changed(before, snapshot([tmp_path]))) == 6
    watched.read([os.path.realpath(tmp_path / "prompt.md")])
    assert watched.changed(before, snapshot([tmp_path])) == ["new.md", "prompt.md", "shop.py"]


def test_folders_of_others_packages_are_not_watched_and_links_are(tmp_path: Path) -> None:
    agents, project = tmp_path / "agents", tmp_path / "project"
    for folder in (agents / "web" / "node_modules", agents / "env", project):
        folder.mkdir(parents=True)
        (folder / "a.py").write_text("")
    (agents / "env" / "pyvenv.cfg").write_text("")
    (agents / "shop").symlink_to(project)
    (project / "again").symlink_to(project)
    (agents / "lost.py").symlink_to("nowhere.py")
    (agents / "itself.py").symlink_to("itself.py")
    (agents / "#draft.py#").write_text("")
    (agents / "bar").symlink_to(project)
    # Of two paths, the first one: versions of workers on several machines contain it.
    assert list(snapshot([agents])) == [str(agents / "bar" / "a.py")]
