"""Files whose import ends the process or never ends: the next process leaves them out, and serves the others."""

import faulthandler
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentex_web.catalog.checking import check_agents
from agentex_web.catalog.fatal_imports import MOST_DEATHS, FatalImports
from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files
from tests.unit.catalog.test_folders import AGENT

ENDED_AFTER = 6
FATAL = {
    # PyDLL keeps the GIL, so neither a signal's handler nor another thread runs.
    "hangs": (
        "import ctypes\nctypes.PyDLL(None).sleep(60)\n",
        f"line 2: it was still being imported after {ENDED_AFTER} s",
    ),
    "crashes": (
        "import ctypes\n\nctypes.string_at(0)\n",
        "line 3: importing it ended the worker (Segmentation fault).",
    ),
    "vanishes": ("import os\nos.kill(os.getpid(), 9)\n", f"the worker ended {MOST_DEATHS} times"),
}


@pytest.fixture
def fatal(tmp_path: Path) -> Iterator[FatalImports]:
    # pytest has enabled it, and a worker has not.
    faulthandler.disable()
    # Long enough for the import of a good file on a busy machine.
    yield FatalImports(tmp_path / "notes", ended_after=ENDED_AFTER)
    faulthandler.enable(sys.__stderr__)


def test_they_are_left_out_until_they_change(files: Files, fatal: FatalImports) -> None:
    good = {"good.py": AGENT.format("Good")}
    folder = files({**good, **{f"{name}.py": text for name, (text, _) in FATAL.items()}})
    found = check_agents(fatal)
    assert found.agents == ["good"]
    for name, reason in zip(sorted(FATAL), sorted(found.broken), strict=True):
        assert reason.startswith(f"agents/{name}.py") and FATAL[name][1] in reason, reason
    # The worker's own process, which imports none of them.
    assert sorted(load_catalog(fatal).broken) == sorted(FATAL)
    for name in FATAL:
        (folder / f"{name}.py").write_text(AGENT.format(name))
    assert load_catalog(fatal).broken == {}
    assert fatal.folder is not None and list(fatal.folder.iterdir()) == []


def test_a_pause_during_an_import_is_no_reason(files: Files, fatal: FatalImports) -> None:
    fatal.ended_after = 0.5
    files({"hangs.py": FATAL["hangs"][0]})
    assert fatal.folder is not None
    assert check_agents(fatal).broken
    [note] = fatal.folder.iterdir()
    written = note.stat().st_mtime
    os.utime(note, (written, written + 60))
    assert fatal.reason("hangs") == ""
    assert list(fatal.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written(files: Files, tmp_path: Path) -> None:
    files({"good.py": AGENT.format("Good")})
    (tmp_path / "file").write_text("")
    assert load_catalog(FatalImports(tmp_path / "file")).broken == {}


def test_a_process_that_was_killed_on_purpose_is_no_reason(files: Files, fatal: FatalImports) -> None:
    files({"vanishes.py": FATAL["vanishes"][0]})
    assert fatal.folder is not None
    check_agents(fatal)
    assert len(list(fatal.folder.iterdir())) == MOST_DEATHS
    for note in fatal.folder.iterdir():
        fatal.forget(int(note.name.split(".")[1]))
    assert list(fatal.folder.iterdir()) == []
