"""Loads the agents once, in the process that forks the workers: a second of CPU less for each worker."""

import contextlib
import gc
import os
import sys
import threading
from pathlib import Path
from typing import Any

from agentex_web.catalog.fatal_imports import FatalImports
from agentex_web.catalog.loading import Catalog, load_catalog
from agentex_web.services import offer_model
from agentex_web.turns.authors_modules import AGENTS
from agentex_web.worker import run

Files = dict[str, tuple[int, int]]
_loaded: list[tuple[Files, Catalog]] = []


def load_agents_once(before: int) -> None:
    """Loads the agents, unless that was done, and has the workers that are forked from here use them.

    Args:
        before: a time in nanoseconds. If a file is newer, a test has written it, and its import may end the process;
            the workers then load all files themselves.
    """
    files = _files()
    if _loaded or any(changed > before for changed, _ in files.values()):
        return
    offer_model()
    # Standard output is the answer to those who order a process.
    with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(nothing):
        _loaded.append((files, load_catalog()))
    assert threading.active_count() == 1, "Threads are not forked."
    vars(run)["load_catalog"] = _catalog
    gc.freeze()


def _catalog(fatal: FatalImports | None = None, **options: Any) -> Catalog:
    """The loaded agents, or those of the changed files."""
    [(files, catalog)] = _loaded
    if _files() == files and not (fatal and fatal.folder and any(fatal.folder.glob("*"))):
        return catalog
    for name in [each for each in sys.modules if each.startswith(AGENTS)]:
        del sys.modules[name]
    return load_catalog(fatal, **options)


def _files() -> Files:
    """When each file was changed, in nanoseconds, and its size."""
    found: Files = {}
    for folder in os.environ["AGENTEX_AGENT_DIRS"].split(","):
        for path in Path(folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                known = path.stat()
                found[str(path)] = known.st_mtime_ns, known.st_size
    return found
