"""Explains in one sentence why an agent's file cannot be used: file, line, error and remedy."""

import os
import traceback
from collections.abc import Sequence
from pathlib import Path

import agentex_web.agents
from agentex_web.adk import agent_paths
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.catalog.remedies import remedy
from agentex_web.exception_groups import without_groups

MOST_CHARACTERS = 600
"""Limit on an error's own message; some libraries write more than anyone reads."""


def sentence(name: str, error: BaseException) -> str:
    """Explains why the agent of this name cannot be used."""
    error = without_groups(error)
    if isinstance(error, BadAgentFile):
        return str(error)
    if isinstance(error, SyntaxError):
        return _of_source(name, error)
    where = _where(name, error)
    text = _words(error)
    if text is None:
        return f"{where}: {type(error).__name__}."
    words = _shortened(text).removesuffix(".")
    return f"{where}: {type(error).__name__}{f': {words}' if words else ''}.{remedy(error)}"


def what_was_undone(name: str, changed: Sequence[str]) -> str:
    """Warns the author about what the agent's file changed for the whole process."""
    *others, last = changed
    listed = f"{', '.join(others)} and {last}" if others else last
    return (
        f"{_file(name)} changes {listed} for the whole process while it is imported. This was undone, "
        "because all agents share a process."
    )


def what_is_slow(name: str, seconds: float) -> str:
    """Tells the author that everybody waits for the file's import."""
    return (
        f"{_file(name)} takes {seconds:.0f} s to import, and each start of the worker waits for it. Import "
        "what is slow in the tools that need it."
    )


def _of_source(name: str, error: SyntaxError) -> str:
    # Python reports the file only if it could read it.
    is_file = bool(error.filename) and Path(error.filename or "").is_absolute()
    file = agent_paths.shown(error.filename or name) if is_file else _file(name)
    line = f", line {error.lineno}" if error.lineno else ""
    return f"{file}{line}: {type(error).__name__}: {error.msg}.{remedy(error)}"


def _words(error: BaseException) -> str | None:
    """The error's own message; None if it has none that can be read."""
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001  (an author's own exception may raise anything)
        return None
    # Remove the package that the files are imported into; their authors do not know it.
    return text.replace(f"{agentex_web.agents.__name__}.", "")


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= MOST_CHARACTERS else f"{one_line[:MOST_CHARACTERS]} …"


def _where(name: str, error: BaseException) -> str:
    frames = [
        each for each in traceback.extract_tb(error.__traceback__) if agent_paths.is_authors(each.filename)
    ]
    if frames:
        return f"{agent_paths.shown(frames[-1].filename)}, line {frames[-1].lineno}"
    return _file(name)


def _file(name: str) -> str:
    paths = agent_paths.paths_of(name)
    return agent_paths.shown(paths[0]) if paths else os.path.basename(name)
