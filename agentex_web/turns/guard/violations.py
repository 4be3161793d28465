"""Finds what authors' code in a workflow may not do, and raises an error that names its line."""

import os
import sys
from types import FrameType
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import NOT_DETERMINISTIC
from agentex_web.turns import scope

EVENTS = {
    "open": "opens a file",
    "os.listdir": "reads a folder",
    "os.scandir": "reads a folder",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
    "os.mkdir": "makes a folder",
    "os.system": "starts a program",
    "os.exec": "starts a program",
    "os.fork": "starts a process",
    "os.kill": "ends a process",
    "os.chdir": "changes the working directory",
    "resource.setrlimit": "changes the process's limits",
    "subprocess.Popen": "starts a program",
    "socket.connect": "connects to a server",
    "socket.getaddrinfo": "looks up a server",
    "socket.bind": "opens a port",
}
"""Python's audit events that no workflow may cause, with their description for people."""
READS = ("open", "os.listdir", "os.scandir")
"""Those that also a file's top level may cause."""
READS_CODE = ("importlib", "linecache", "tokenize", "traceback", "logging", "inspect", "zipimport")
"""Python modules that open files on behalf of any code: to import it, or to print a traceback."""

_getpid = os.getpid  # An author's file may have replaced it.
_watched_modules: set[str] = set()
"""The names of authors' modules."""
_process: list[int] = [0]
"""The process that has imported them."""
_hook_is_set: list[bool] = []
"""Not empty once the audit hook is set. Python cannot remove audit hooks."""


def watch(module: str) -> None:
    """Watches the code of this module from now on."""
    _watched_modules.add(module)
    _process[0] = _getpid()
    if not _hook_is_set:
        _hook_is_set.append(True)
        sys.addaudithook(_audited)


def is_worker() -> bool:
    """False in a process that an author's code has forked."""
    return _getpid() == _process[0]


def refuse(what: str, remedy: str) -> None:
    """Called in a workflow, for a call that a replay would not repeat. Calls of other code than an author's
    are allowed.

    Args:
        what: what the code does, such as ``opens a file``.
        remedy: what to use instead.

    Raises:
        ApplicationError: an author's code makes the call. The turn fails, even if the code catches it.
    """
    frame = _authors_frame()
    if frame is None:
        return
    where = f"{os.path.basename(frame.f_code.co_filename)}, line {frame.f_lineno},"
    error = ApplicationError(
        f"{where} {what} in a workflow. Workflow code is repeated after a crash and must do the same again. "
        f"Use {remedy}.",
        type=NOT_DETERMINISTIC,
    )
    if (here := scope.current()) is not None and here.progress.violation is None:
        # Code that catches all exceptions, as the SDK does around tools, must not hide the violation.
        here.progress.violation = error
    raise error


def _audited(event: str, _arguments: tuple[Any, ...], watched: dict[str, str] = EVENTS) -> None:
    # A default argument, and the check for None: while Python ends, it sets the names of modules to None.
    if event in watched and workflow is not None and workflow.in_workflow():
        once = "; what never changes can be read at the top level of the file" if event in READS else ""
        refuse(watched[event], f"a tool or an activity for it{once}")


def _authors_frame() -> FrameType | None:
    """The innermost frame of an author's code on the stack; None if there is none, or if Python reads source
    code on its behalf (``READS_CODE``).
    """
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001  (the documented way to the caller)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name in _watched_modules:
            return frame
        if name.partition(".")[0] in READS_CODE or frame.f_code.co_filename.startswith("<frozen importlib"):
            return None
        frame = frame.f_back
    return None
