"""When a delivery to a workflow is repeated."""

from datetime import timedelta

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=4), timedelta(seconds=60)


def pause_after(deliveries: int) -> timedelta:
    """How long something that was delivered this often waits for its next delivery. It doubles each time."""
    pause: timedelta = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(deliveries, 10))
    return pause
