"""The clock of the in-memory Temporal: it only advances when a test or an idle server advances it."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(moment: datetime) -> Timestamp:
    """Converts a time with a time zone to a protobuf timestamp."""
    found = Timestamp()
    found.FromDatetime(moment)
    return found


@dataclass(order=True)
class Alarm:
    """An action that is due at a time; after ``cancel`` it never runs."""

    when: datetime
    order: int
    action: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """A clock that only moves when it is told to, and its alarms.

    Attributes:
        now: the current time, in UTC; it starts at the real time.
    """

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self._alarms: list[Alarm] = []
        self._order = itertools.count()

    def call_after(self, delay: timedelta, action: Callable[[], None]) -> Alarm:
        """Runs ``action`` when ``delay`` has passed on this clock."""
        alarm = Alarm(self.now + max(delay, timedelta()), next(self._order), action)
        heapq.heappush(self._alarms, alarm)
        return alarm

    @property
    def next_alarm(self) -> datetime | None:
        """The time of the next action; None without one."""
        while self._alarms and self._alarms[0].cancelled:
            heapq.heappop(self._alarms)
        return self._alarms[0].when if self._alarms else None

    def ring(self) -> None:
        """Advances to the next alarm and runs it.

        Raises:
            LookupError: no alarm is set.
        """
        if self.next_alarm is None:
            raise LookupError("No alarm is set.")
        alarm = heapq.heappop(self._alarms)
        self.now = max(self.now, alarm.when)
        alarm.action()

    def move_to(self, when: datetime) -> None:
        """Advances without running alarms."""
        self.now = max(self.now, when)
