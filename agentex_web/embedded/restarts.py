"""Decides when a process that has died is started again."""

from dataclasses import dataclass

# The first death after a good run is a kill or a rare fault; people are waiting, so restart without delay.
SECOND_DELAY = 0.5
LONGEST_DELAY = 10.0
# After a run this long, the next death counts as the first one again.
WELL_AFTER = 30.0
# A process that dies this soon, this many times in a row, will not recover by itself.
AT_ONCE = 2.0
TOO_OFTEN = 5
HOPELESS_DELAY = 30.0


@dataclass
class Restarts:
    """The deaths of one process so far. All times are in seconds."""

    delay: float = 0.0
    at_once: int = 0

    def next_delay(self, ran: float) -> float:
        """Returns the delay before the next start, after a run of `ran` seconds."""
        if ran >= WELL_AFTER:
            self.delay = 0.0
        self.at_once = self.at_once + 1 if ran < AT_ONCE else 0
        if self.is_hopeless:
            return HOPELESS_DELAY
        delay, self.delay = self.delay, min(self.delay * 2 or SECOND_DELAY, LONGEST_DELAY)
        return delay

    @property
    def is_hopeless(self) -> bool:
        return self.at_once >= TOO_OFTEN
