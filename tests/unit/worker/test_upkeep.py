"""What a tool changes for the whole worker is put back, so that the chats of other agents go on."""

import asyncio
import builtins
import json
import logging
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from temporalio.worker.workflow_sandbox._importer import _thread_local_import

from agentex_web.adk.process_state import restored_process_state
from agentex_web.compat.sandbox_checks import _Check
from agentex_web.turns.tool_loops import loop_of, take_used
from agentex_web.worker import upkeep
from agentex_web.worker.upkeep import Upkeep


@pytest.fixture
def begun() -> Iterator[Upkeep]:
    take_used()
    with restored_process_state():
        found = Upkeep()
        found.begin()
        yield found


async def clears_modules() -> None:
    sys.modules.clear()


def test_what_tools_change_is_put_back_and_their_files_are_named(
    begun: Upkeep, caplog: pytest.LogCaptureFixture
) -> None:
    dumps, path = json.dumps, os.environ["PATH"]

    async def hostile() -> None:
        json.dumps = None  # type: ignore[assignment]
        sys.modules.pop("json")
        os.environ.clear()
        sys.setrecursionlimit(500)

    asyncio.run(loop_of("agentex_web.agents.hostile").run(hostile()))
    assert begun.look() == ""
    assert json.dumps is dumps and sys.modules["json"] is json and os.environ["PATH"] == path
    assert sys.getrecursionlimit() > 500
    assert "for the whole worker after tools of agents/hostile ran" in caplog.text
    asyncio.run(loop_of("agentex_web.agents.hostile").run(clears_modules()))
    # Before anybody else needs them.
    assert sys.modules["json"] is json and "agentex_web" in sys.modules
    begun.look()
    caplog.clear()
    begun.look()
    assert not caplog.records


def test_what_temporals_sandbox_replaces_while_a_workflow_runs_stays(
    begun: Upkeep, caplog: pytest.LogCaptureFixture
) -> None:
    check = _Check(isinstance)
    with (
        _thread_local_import.applied(builtins, "__import__", builtins.__import__),
        check.applied(builtins, "isinstance", isinstance),
    ):
        begun.look()
        assert builtins.__import__ is _thread_local_import
        assert builtins.isinstance is check
    assert "builtins" not in caplog.text


async def test_a_tool_may_change_the_folder_while_it_runs(begun: Upkeep, tmp_path: Path) -> None:
    before = Path.cwd()
    changed, go_on = asyncio.Event(), asyncio.Event()

    async def careless() -> None:
        os.chdir(tmp_path)
        here.call_soon_threadsafe(changed.set)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(go_on.wait(), here))

    here = asyncio.get_running_loop()
    running = asyncio.ensure_future(loop_of("agentex_web.agents.careless").run(careless()))
    await changed.wait()
    begun.look()
    assert Path.cwd() == tmp_path
    go_on.set()
    await running
    begun.look()
    assert Path.cwd() == before


def test_a_worker_that_can_open_no_more_files_ends(begun: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_has_no_files_left", lambda: True)
    found = [begun.look() for _ in range(upkeep.PATIENCE)]
    assert set(found[:-1]) == {""} and found[-1] == "no more files can be opened"


@contextmanager
def no_files_left() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_it_is_noticed(begun: Upkeep, caplog: pytest.LogCaptureFixture) -> None:
    assert not upkeep._has_no_files_left()
    with no_files_left():
        assert upkeep._has_no_files_left()
        caplog.set_level(logging.ERROR)
        begun.look()
        # A limit that a tool has set is put back.
        assert not upkeep._has_no_files_left()


class Odd:
    """As a numpy array or ``unittest.mock.ANY``: it is not to be compared."""

    def __init__(self, answer: bool | None) -> None:
        self._answer = answer

    def __eq__(self, other: object) -> bool:
        if self._answer is None:
            raise ValueError("The truth value of an array with more than one element is ambiguous.")
        return self._answer

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("answer", [True, None])
def test_an_object_that_compares_oddly_is_replaced_all_the_same(
    begun: Upkeep, answer: bool | None, caplog: pytest.LogCaptureFixture
) -> None:
    dumps, hook = json.dumps, sys.excepthook
    json.dumps = Odd(answer)  # type: ignore[assignment]
    sys.excepthook = Odd(answer)  # type: ignore[assignment]
    sys.modules["json"] = Odd(answer)  # type: ignore[assignment]
    try:
        begun.look()
        put_back = json.dumps, sys.modules["json"], sys.excepthook
    finally:
        json.dumps, sys.modules["json"], sys.excepthook = dumps, json, hook
    assert put_back[0] is dumps and put_back[1] is json and put_back[2] is hook
    assert "could not be restored" not in caplog.text


def test_a_worker_that_begins_while_a_workflow_runs_does_not_keep_the_sandboxs_import(
    caplog: pytest.LogCaptureFixture,
) -> None:
    original, late = builtins.__import__, Upkeep()
    with restored_process_state():
        with _thread_local_import.applied(builtins, "__import__", original):
            late.begin()
        late.look()
        found = builtins.__import__
    builtins.__import__ = original
    assert found is original
    assert "builtins" not in caplog.text


def test_what_cannot_be_restored_is_reported_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = True

    def restore() -> bool:
        if broken:
            raise ValueError("not allowed to raise maximum limit")
        return False

    monkeypatch.setattr(upkeep.process_state, "restorers", lambda: [("the limit of open files", restore)])
    found = Upkeep()
    found.begin()
    for _ in range(3):
        found.look()
    assert caplog.text.count("could not be restored") == 1
    assert caplog.text.count("for the whole worker") == 1
    broken = False
    found.look()
    broken = True
    found.look()
    assert caplog.text.count("could not be restored") == 2
