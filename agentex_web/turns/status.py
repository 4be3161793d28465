"""The states of a turn, and which may follow which."""

from enum import StrEnum


class Status(StrEnum):
    """The record uses the same words (tasks.Turn.Status)."""

    PENDING = "pending"
    """Received, not begun."""
    QUEUED = "queued"
    """Waits for the turn before it."""
    RUNNING = "running"
    """The agent works on it."""
    DONE = "done"
    INTERRUPTED = "interrupted"
    """Stopped by a person."""
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """Taken back by the person before the agent began."""


ALLOWED: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset(
        {Status.QUEUED, Status.RUNNING, Status.INTERRUPTED, Status.FAILED, Status.WITHDRAWN}
    ),
    Status.QUEUED: frozenset({Status.RUNNING, Status.INTERRUPTED, Status.FAILED, Status.WITHDRAWN}),
    Status.RUNNING: frozenset({Status.DONE, Status.INTERRUPTED, Status.FAILED, Status.WITHDRAWN}),
    Status.DONE: frozenset(),
    Status.INTERRUPTED: frozenset(),
    Status.FAILED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}
"""What may follow each state. A running turn can still be withdrawn: the person's request may overtake the
row that says that it runs."""


class WrongTransition(RuntimeError):
    """A turn was to take a state that cannot follow the one it has: a defect of the product."""


def checked(before: Status, after: Status) -> Status:
    """Returns ``after``.

    Raises:
        WrongTransition: it may not follow ``before``.
    """
    if after not in ALLOWED[before]:
        raise WrongTransition(f"A turn that is {before} cannot become {after}.")
    return after
