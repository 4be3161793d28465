"""Loads the agents once, in the process that forks the workers: more than a second of CPU less for each worker."""

import contextlib
import gc
import os
import sys
import threading
from pathlib import Path
from typing import Any

from temporalio.openai_agents._invoke_model_activity import ActivityModelInput

from agentex_web.catalog.fatal_imports import FatalImports
from agentex_web.catalog.loading import Catalog, load_catalog
from agentex_web.compat import openai_stream, payload_converter
from agentex_web.services import offer_model
from agentex_web.turns.authors_modules import AGENTS
from agentex_web.worker import run
from agents import ModelResponse

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
    _build_types()
    assert threading.active_count() == 1, "Threads are not forked."
    vars(run)["load_catalog"] = _catalog
    gc.freeze()


def _catalog(fatal: FatalImports | None = None, **options: Any) -> Catalog:
    """The loaded agents; if a test has written or changed files, they are loaded by the worker."""
    [(files, catalog)] = _loaded
    now = _files()
    if now == files and not (fatal and fatal.folder and any(fatal.folder.glob("*"))):
        return catalog
    if any(now.get(path) != known for path, known in files.items()):
        for name in [each for each in sys.modules if each.startswith(AGENTS)]:
            del sys.modules[name]
    return load_catalog(fatal, **options)


def _build_types() -> None:
    """Has pydantic build the types of a model call, which costs each new worker 0.4 s in its first turn."""
    json = payload_converter._PLUGINS.converters[payload_converter._JSON_ENCODING]
    for kind in (ActivityModelInput, ModelResponse):
        json._type_adapter(kind)  # type: ignore[attr-defined]
    for event in openai_stream._EVENTS.values():
        event.model_rebuild()


def _files() -> Files:
    """When each file was changed, in nanoseconds, and its size."""
    found: Files = {}
    for folder in os.environ["AGENTEX_AGENT_DIRS"].split(","):
        for path in Path(folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                known = path.stat()
                found[str(path)] = known.st_mtime_ns, known.st_size
    return found
