"""A turn's statuses in its workflow and in its row."""

from agentex_web.journal.turn_status import MAY_BECOME
from agentex_web.turns.status import ALLOWED, Status


def reachable(status: Status) -> set[Status]:
    found: set[Status] = set()
    ahead = set(ALLOWED[status])
    while ahead:
        found |= ahead
        ahead = {after for each in ahead for after in ALLOWED[each]} - found
    return found


def test_a_row_takes_each_step_of_the_workflow_and_may_skip_some() -> None:
    for before in Status:
        in_row = {Status(after) for after in MAY_BECOME[before]}
        expected = reachable(before)
        if before == Status.QUEUED:
            # The workflow is gone, and the turn is delivered again.
            expected.add(Status.PENDING)
        if before == Status.RUNNING:
            # The row decides: only a turn whose row is not yet running can be withdrawn.
            expected.discard(Status.WITHDRAWN)
        assert in_row == expected, before


def test_what_has_ended_stays_ended() -> None:
    for ended in (Status.DONE, Status.FAILED, Status.INTERRUPTED, Status.WITHDRAWN):
        assert not ALLOWED[ended]
        assert not MAY_BECOME[ended]
