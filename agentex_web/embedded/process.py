"""One run of one part, as honcho's Process, in a thread of the supervisor instead of a process of its own.

A thread because nothing then stands between the supervisor and its children: honcho's own way leaves a
helper process for each, which has to be killed too, and forks from a program that has threads.
"""

import contextlib
import functools
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

from honcho.process import Popen, Process


class LeashedPopen(Popen):
    """No shell, the leash as standard input (see leash.py), and nobody left of its group at its end."""

    def __init__(self, command: Sequence[str], lock: int, **options: Any) -> None:
        options.update(shell=False, stdin=subprocess.PIPE, pass_fds=[lock])
        super().__init__(command, **options)  # type: ignore[no-untyped-call]
        threading.Thread(target=self._end_group, daemon=True).start()

    def _end_group(self) -> None:
        self.wait()
        # What it started may still hold its output open, and honcho reads that to the end.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


class LeashedProcess(Process):
    """Honcho's process, whose lines can be muted."""

    mute: tuple[bytes, ...] = ()

    def __init__(self, command: Sequence[str], lock: int, **options: Any) -> None:
        super().__init__(command, **options)  # type: ignore[no-untyped-call]
        self._child_ctor = functools.partial(LeashedPopen, lock=lock)  # type: ignore[assignment]

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        try:
            super().run(events, ignore_signals)  # type: ignore[no-untyped-call]
        except OSError as error:
            # No process could be made. As a death, so that it is tried again.
            self._send_message(f"cannot be started: {error}".encode())
            self._send_message({"returncode": 1}, type="stop")

    def _send_message(self, data: Any, type: str = "line") -> None:
        if type == "line" and any(words in data for words in self.mute):
            return
        super()._send_message(data, type=type)  # type: ignore[no-untyped-call]
