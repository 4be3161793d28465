"""After a hang, the run to blame is known: the one whose thread was in an author's code."""

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import agentex_web.agents
from agentex_web.compat.workflow_exits import INTERRUPT
from agentex_web.turns.authors_modules import AGENTS
from agentex_web.worker.hung_runs import HungActivity, HungRun, found_hung_runs
from agentex_web.worker.run import running_tasks
from agentex_web.worker.running_tasks import SLOTS, RunningTasks
from tests.support.waiting import PATIENCE, until

FILE = Path(agentex_web.agents.__path__[0]) / "hasty.py"


GUILTY = HungRun("task-guilty", f"{FILE.parent.name}/hasty.py, line 12")


STACK = """Timeout (0:00:09)!
Thread 0x{other:016x} (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 324 in wait

Thread 0x{guilty:016x} (most recent call first):
  File "/usr/lib/python3.11/re/__init__.py", line 166 in match
  File "{file}", line 12 in on_message
"""


SIGNALLED = STACK.removeprefix("Timeout (0:00:09)!\n")


def left(
    folder: Path,
    *,
    stack: str,
    activity: tuple[str, str, int, str] | tuple[str, str, int, str, bool] | None = None,
) -> None:
    """What a process leaves behind that runs two workflow tasks, or one and an activity, while it is ended."""
    if os.fork() == 0:
        tasks = RunningTasks(folder)
        first = tasks.noted_activity(*activity) if activity else tasks.noted("task-first")
        with first:
            guilty = tasks.noted("task-guilty")
            thread = threading.Thread(target=guilty.__enter__)
            thread.start()
            thread.join()
            tasks.stack.write(stack.format(other=threading.get_ident(), guilty=thread.ident, file=FILE))
            tasks.stack.flush()
            os._exit(1)
    os.wait()


HUNG = HungActivity("task-guilty", "3", 2, "crunch", f"{FILE.parent.name}/hasty.py, line 12")


@pytest.mark.parametrize(
    ("function", "blamed"),
    [
        ("crunch", [HUNG]),
        # Another activity on the same event loop, which only waits.
        ("waits", []),
        # The note has no room for it.
        ("crunch" * 40, []),
    ],
)
def test_the_activity_that_computes_is_found(
    tmp_path: Path, function: str, blamed: list[HungActivity]
) -> None:
    stack = f"""Current thread 0x{{other:016x}} (most recent call first):
  File "/usr/lib/python3.11/re/__init__.py", line 166 in match
  File "{FILE}", line 12 in crunch
  File "/usr/lib/python3.11/asyncio/events.py", line 80 in _run

Thread 0x{{guilty:016x}} (most recent call first):
"""
    left(tmp_path, stack=stack, activity=("task-guilty", "3", 2, function))
    assert found_hung_runs(tmp_path) == blamed


def test_nothing_is_blamed_if_sigprof_arrived_in_a_waiting_thread_and_two_are_in_authors_code(
    tmp_path: Path,
) -> None:
    stack = f"""Current thread 0x1 (most recent call first):
  File "/usr/lib/python3.11/selectors.py", line 468 in select

Thread 0x{{other:016x}} (most recent call first):
  File "{FILE}", line 12 in crunch

Thread 0x{{guilty:016x}} (most recent call first):
"""
    noted = ("task-guilty", "3", 2, f"{AGENTS}hasty.crunch")
    left(tmp_path, stack=stack, activity=noted)
    assert found_hung_runs(tmp_path) == [HUNG]
    left(tmp_path, stack=f'{stack}  File "{FILE}", line 20 in on_message\n', activity=noted)
    assert found_hung_runs(tmp_path) == []


def test_a_tool_that_computes_in_another_thread_is_found(tmp_path: Path) -> None:
    stack = f"""Current thread 0x{{guilty:016x}} (most recent call first):
  File "/usr/lib/python3.11/re/__init__.py", line 166 in match
  File "{FILE}", line 12 in crunch
"""
    left(tmp_path, stack=stack, activity=("task-guilty", "3", 2, f"{AGENTS}hasty.crunch", True))
    assert HUNG in found_hung_runs(tmp_path)


def test_what_the_worker_says_of_an_agent_blames_its_activities(tmp_path: Path) -> None:
    """Also one that has ended: its garbage may hang the worker. Others that run are not to blame."""
    where = f"{FILE.parent.name}/hasty.py, line 12"
    if os.fork() == 0:
        tasks = RunningTasks(tmp_path)
        for name in ("hasty.spill", "hastier.spill", "hasty.tools.later"):
            with tasks.noted_activity("task-1", name, 2, f"{AGENTS}{name}"):
                pass
        with tasks.noted("task-other"):
            tasks.stack.write(f"Timeout ({where}: it used more than 2.0 GB of memory)\n")
            tasks.stack.flush()
            os._exit(1)
    os.wait()
    what = "it used more than 2.0 GB of memory"
    assert found_hung_runs(tmp_path) == [
        HungActivity("task-1", "hasty.spill", 2, "spill", where, what),
        HungActivity("task-1", "hasty.tools.later", 2, "later", where, what),
    ]


def test_a_note_without_its_end_blames_nothing(tmp_path: Path) -> None:
    left(
        tmp_path,
        stack=SIGNALLED.replace("Thread", "Current thread", 1).replace("in wait", "in crunch"),
        activity=("w" * 300, "3", 2, "crunch"),
    )
    assert found_hung_runs(tmp_path) == []


@pytest.mark.parametrize(
    ("stack", "blamed"),
    [
        (STACK, [GUILTY]),
        # Written by SIGPROF, which arrives in the thread that computes.
        (SIGNALLED.replace("Thread 0x{guilty", "Current thread 0x{guilty"), [GUILTY]),
        # Native code crashed.
        (
            "Fatal Python error: Segmentation fault\n\n"
            + SIGNALLED.replace("Thread 0x{guilty", "Current thread 0x{guilty"),
            [replace(GUILTY, crash="Segmentation fault")],
        ),
        # A tool computes.
        (
            f'Current thread 0x1 (most recent call first):\n  File "{FILE}", line 20 in crunch\n\n{SIGNALLED}',
            [],
        ),
        # The worker's own code computes.
        (
            'Current thread 0x1 (most recent call first):\n  File "/site-packages/re.py", line 20 in match\n\n'
            + SIGNALLED,
            [],
        ),
        # The thread in which SIGPROF arrived waits for the GIL.
        (SIGNALLED.replace("Thread 0x{other", "Current thread 0x{other"), [GUILTY]),
        (f"Current thread 0x1 (most recent call first):\n  <no Python frame>\n\n{SIGNALLED}", [GUILTY]),
        (
            f"Current thread 0x1 (most recent call first):\n\n{SIGNALLED}"
            f'  File "{FILE}", line 3 in __init__\n\nThread 0x2 (most recent call first):\n',
            [GUILTY],
        ),
        # Nobody is in an author's code.
        ("Timeout (0:00:09)!\n", []),
        ("", []),
    ],
)
def test_the_run_is_found_once(tmp_path: Path, stack: str, blamed: list[HungRun]) -> None:
    left(tmp_path, stack=stack)
    living = RunningTasks(tmp_path)
    with living.noted("task-of-the-living"):
        assert found_hung_runs(tmp_path) == blamed
        assert found_hung_runs(tmp_path) == []
        assert living.longest() > 0
    assert living.longest() == 0
    living.close()
    assert {each.name for each in tmp_path.iterdir()} <= {"vanished.json"}


def test_more_tasks_than_slots_still_run(tmp_path: Path) -> None:
    tasks = RunningTasks(tmp_path)
    blocks = [tasks.noted(f"task-{number}") for number in range(SLOTS + 2)]
    for block in blocks:
        block.__enter__()
    for block in blocks:
        block.__exit__(None, None, None)
    assert tasks.longest() == 0
    tasks.close()


def test_a_workflow_task_is_interrupted_until_it_ends(tmp_path: Path) -> None:
    tasks, interrupts, after = RunningTasks(tmp_path), [], threading.Event()

    def spin() -> None:
        while True:
            pass

    def run() -> None:
        with tasks.noted("task-1"):
            for _ in range(3):
                # As asyncio does, which then runs the next task.
                try:
                    spin()
                except INTERRUPT:
                    interrupts.append(1)
        after.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    until(tasks.longest)
    tasks.interrupt(3600)
    assert not interrupts
    for number in (1, 2, 3):
        tasks.interrupt(0)
        until(lambda: len(interrupts) >= number)  # noqa: B023  (called here)
    assert after.wait(PATIENCE) and len(interrupts) == 3
    assert tasks.longest() == 0
    tasks.interrupt(0)
    tasks.close()


def test_a_worker_starts_without_a_place_for_notes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert running_tasks(tmp_path / "file") is None


def test_a_note_that_cannot_be_removed_blames_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left(tmp_path, stack=STACK)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert found_hung_runs(tmp_path) == []
    assert found_hung_runs(tmp_path) == [GUILTY]


def refuse(path: Path, missing_ok: bool = False) -> None:
    raise OSError("Read-only file system")


def test_a_note_of_running_tasks_is_read_up_to_its_size(tmp_path: Path) -> None:
    path = tmp_path / "1.abc.runs"
    with path.open("wb") as file:
        # Sparse: it takes no room on the disk.
        file.truncate(1 << 40)
    assert found_hung_runs(tmp_path) == []
    assert not path.exists()
