"""The states of a turn, and the allowed transitions."""

from enum import StrEnum


class Status(StrEnum):
    """The record uses the same words (tasks.Turn.Status)."""

    PENDING = "pending"
    """Accepted, but neither queued nor begun by the workflow."""
    QUEUED = "queued"
    """Waits until the turn before it has ended."""
    RUNNING = "running"
    """The agent is working on it."""
    DONE = "done"
    INTERRUPTED = "interrupted"
    """Stopped by a person."""
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """Withdrawn by the person."""


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
"""The states that may follow each state. A running turn can still be withdrawn: the person's request may
arrive before the row says that the turn runs.
"""


class WrongTransition(RuntimeError):
    """A turn was to change to a state that may not follow its current one: a bug in the product."""


def checked(before: Status, after: Status) -> Status:
    """Returns ``after``.

    Raises:
        WrongTransition: ``after`` may not follow ``before``.
    """
    if after not in ALLOWED[before]:
        raise WrongTransition(f"A turn that is {before} cannot become {after}.")
    return after
