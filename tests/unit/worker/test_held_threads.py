"""An author's code that does not give back a thread of the worker is interrupted; else the worker ends, and says why."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import agentex_web.agents
from agentex_web.worker import held_threads
from agentex_web.worker.held_threads import HELD, HeldThreads
from tests.support.waiting import until

FILE = Path(agentex_web.agents.__path__[0]) / "hasty.py"
SOURCE = """
def endless():
    begun.set()
    while not done.is_set():
        pass

class Garbage:
    def __del__(self):
        endless()

class Stubborn:
    def __del__(self):
        begun.set()
        done.wait()
"""


@contextmanager
def running(name: str, what: Callable[[dict[str, Any]], object]) -> Iterator[threading.Thread]:
    """A thread of this name that runs what the author has written."""
    begun, done = threading.Event(), threading.Event()
    written: dict[str, Any] = {"begun": begun, "done": done}
    exec(compile(SOURCE, str(FILE), "exec"), written)
    thread = threading.Thread(target=lambda: what(written), name=name, daemon=True)
    thread.start()
    assert begun.wait(30)
    try:
        yield thread
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("name", ["database_0", "tools", "Thread-1"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_garbage_that_never_ends_is_interrupted(name: str, caplog: pytest.LogCaptureFixture) -> None:
    held = HeldThreads()
    with running(name, lambda written: written["Garbage"]()) as thread:
        assert held.look(0, 0) == ""
        assert held.look(1, 1) == "" and thread.is_alive()
        assert held.look(2, 2) == ""
        until(lambda: not thread.is_alive())
    assert f"{FILE.parent.name}/hasty.py, line " in caplog.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_cannot_be_interrupted_ends_the_worker() -> None:
    held = HeldThreads()
    with running("database_0", lambda written: written["Stubborn"]()):
        found = [held.look(second, second) for second in range(10)]
    assert set(found[:-1]) == {""}
    assert found[-1] == f"{FILE.parent.name}/hasty.py, line 14: {HELD}"


def test_authors_may_keep_their_own_threads(caplog: pytest.LogCaptureFixture) -> None:
    held = HeldThreads()
    for name in ("tool", "activity_0", "their own"):
        with running(name, lambda written: written["endless"]()) as thread:
            assert {held.look(second, second) for second in range(20)} == {""}
            assert thread.is_alive()
    assert not caplog.records


def test_code_in_the_main_thread_may_run_while_the_loop_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    raised = []
    held = HeldThreads(lambda thread, error: raised.append((thread, error)))
    with running("the main thread", lambda written: written["endless"]()) as thread:
        monkeypatch.setattr(held_threads.threading, "main_thread", lambda: thread)
        assert {held.look(second, second) for second in range(20)} == {""}
        assert not raised
        found = [held.look(second, 20) for second in range(20, 30)]
        # Its loop turns again. Until the next turn, the file's code may run there as any other's.
        assert [held.look(30, 29), held.look(31.9, 30)] == ["", ""]
    assert raised[0] == (thread.ident, held_threads.HeldWorker) and len(raised) == 7
    assert found[-1].endswith(HELD)
