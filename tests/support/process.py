"""A process that another process has forked."""

import os
import select
import signal
import subprocess

CAN_FORK = hasattr(os, "pidfd_open")


class Forked:
    """A process that another process has forked, with the parts of the `subprocess.Popen` interface that tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor: int | None
        try:
            self._descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self._descriptor = None

    def poll(self) -> int | None:
        """Returns None while the process runs, then 0: its exit code is unknown."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """
        Raises:
            TimeoutExpired: the process is still running.
        """
        ended = self._ended_within(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired("a forked process", timeout or 0)
        return ended

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._open(), number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended_within(self, seconds: float | None) -> int | None:
        if self._descriptor is not None:
            if not select.select([self._descriptor], [], [], seconds)[0]:
                return None
            os.close(self._descriptor)
            self._descriptor = None
        return 0

    def _open(self) -> int:
        assert self._descriptor is not None
        return self._descriptor
