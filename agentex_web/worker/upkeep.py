"""Undoes what authors' tools, activities and workflows change for the whole worker while they run.

All agents share a process. A tool that sets ``json.dumps = None`` or clears the environment would break the
chats of all of them until the worker is started again. The import of a file is contained in the same way
(adk/contained_import.py).
"""

import errno
import logging
import os
import sys
import threading
import urllib.request

from agentex_web.adk import process_state
from agentex_web.turns import tool_loops
from agentex_web.turns.authors_modules import AGENTS

logger = logging.getLogger(__name__)

ONLY_WHEN_IDLE = frozenset(
    {
        "the working directory",
        "sys.stdin",
        "sys.stdout",
        "sys.stderr",
        "sys.path",
        "the environment",
        "the locale",
        "the time zone",
        "the permissions of new files",
        "the sockets' timeout",
        "the warnings' filters",
        "the garbage collector",
        "the garbage collector's limits",
    }
)
"""What a tool may change for the time of its call, as many do. It is restored when no tool runs."""
PATIENCE = 5
"""How many times in a row no file could be opened before ``look`` gives up."""


class Upkeep:
    """Restores the state that the worker had when ``begin`` was called."""

    def __init__(self) -> None:
        self._at_once: list[process_state.Restorer] = []
        self._when_idle: list[process_state.Restorer] = []
        self._failed: set[str] = set()
        self._modules = 0
        self._looking = threading.Lock()
        self._without_files = 0

    def begin(self) -> None:
        """Notes the present state, which later calls restore."""
        # Otherwise the first call of `urlopen` sets it.
        urllib.request.install_opener(urllib.request.build_opener())
        # Only the main thread can change handlers of signals, and no author's code runs there.
        found = [each for each in process_state.restorers() if not each[0].startswith("the handler of")]
        self._at_once = [each for each in found if each[0] not in ONLY_WHEN_IDLE]
        self._when_idle = [each for each in found if each[0] in ONLY_WHEN_IDLE]
        self._modules = len(sys.modules)
        tool_loops.call_after_each(self.glance)

    def glance(self) -> None:
        """Restores what keeps everybody's code from running. Called often, and after each call of a tool."""
        if len(sys.modules) < self._modules:
            self.look()
            self._modules = min(self._modules, len(sys.modules))

    def look(self) -> str:
        """Restores what has changed. Called about every second, in any thread.

        Returns:
            why the worker cannot go on; empty if it can.
        """
        if not self._at_once or not self._looking.acquire(blocking=False):
            return ""
        try:
            return self._restore()
        finally:
            self._looking.release()

    def _restore(self) -> str:
        idle = not tool_loops.are_running()
        parts = [*self._at_once, *(self._when_idle if idle else ())]
        changed = process_state.restored(parts, self._failed)
        used = [f"agents/{each.removeprefix(AGENTS)}" for each in tool_loops.take_used()]
        if changed:
            after = f" after tools of {', '.join(used)} ran" if used else ""
            logger.warning(
                "An agent's code changed %s for the whole worker%s. This was undone, because all share it.",
                " and ".join(changed),
                after,
            )
        self._without_files = self._without_files + 1 if _has_no_files_left() else 0
        return "no more files can be opened" if self._without_files >= PATIENCE else ""


def _has_no_files_left() -> bool:
    try:
        os.close(os.dup(0))
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)
    return False
