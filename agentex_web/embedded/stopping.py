"""The order in which the processes are stopped, and how long each has."""

import time
from collections.abc import Callable, Sequence

# A service has nobody left to serve by then; Temporal takes 1.1 s to close its database.
SERVICE_SECONDS = 2.5


class Stopping:
    """Ends waves of processes one after another: SIGTERM first, SIGKILL for those that take too long.

    The worker hands its work back to Temporal and the web process closes its sockets, so the services
    go last.

    Args:
        waves: the names of each wave, and the seconds it has.
        alive: the names of those that run.
        send: sends SIGTERM to a name, or SIGKILL if told to use force; says whether there was a
            process to send it to (there is none yet in the first moment of a start).
    """

    def __init__(
        self,
        waves: Sequence[tuple[Sequence[str], float]],
        alive: Callable[[], set[str]],
        send: Callable[[str, bool], bool],
    ) -> None:
        self._waves = list(waves)
        self._alive = alive
        self._send = send
        self._told: set[str] = set()
        self._deadline: float | None = None

    def go_on(self) -> bool:
        """Do what is due; to be called often. Says whether everything has ended."""
        while self._waves:
            names, seconds = self._waves[0]
            left = self._alive() & set(names)
            if left:
                self._end(left, seconds)
                return False
            self._waves.pop(0)
            self._deadline = None
        return True

    def _end(self, names: set[str], seconds: float) -> None:
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + seconds
        for name in names:
            if now > self._deadline:
                self._send(name, True)
            elif name not in self._told and self._send(name, False):
                self._told.add(name)
