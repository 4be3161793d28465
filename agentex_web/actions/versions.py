"""Which changes of a task a page has seen, and whether one was lost on the way.

Each change of the record raises the task's version by one, and its last event carries the version. Events of
two processes may arrive in another order than their changes, and a little later than the row's new version.
A change that is still missing after ``GRACE_SECONDS`` was lost: Redis was restored from a snapshot, or a
process ended between its commit and its publishing.
"""

import time

GRACE_SECONDS = 1.0


class PageVersion:
    """The version of the task that a page shows. Notices when the page has missed a change.

    Attributes:
        shown: the page has seen every change up to this version; None while that is not known.
        latest: the latest version of the task that is known.
    """

    def __init__(self, shown: int | None) -> None:
        self.shown = shown
        self._ahead: set[int] = set()
        self.latest = 0
        self._missing_since: float | None = None

    def take(self, version: int) -> None:
        """Notes that the page is sent the last event of a change; ``version`` is 0 for any other event."""
        if not version:
            return
        if self.shown is None:
            self.shown = version
        self._ahead.add(version)
        while self.shown + 1 in self._ahead:
            self.shown += 1
        self._ahead = {each for each in self._ahead if each > self.shown}
        self.expect(version)

    def expect(self, version: int) -> None:
        """Notes the task's version. The page reaches it through the stream, unless an event was lost."""
        self.latest = max(self.latest, version)
        if self.shown is None or self.shown >= self.latest:
            self._missing_since = None
        elif self._missing_since is None:
            self._missing_since = time.monotonic()

    def lost_in(self) -> float | None:
        """Seconds until a missing change counts as lost; None if none is missing."""
        if self._missing_since is None:
            return None
        return max(0.0, self._missing_since + GRACE_SECONDS - time.monotonic())

    def restart(self) -> None:
        """Starts over, because the page reads the conversation again: its version is then unknown."""
        self.shown = self._missing_since = None
        self._ahead.clear()
