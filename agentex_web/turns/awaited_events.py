"""Events that other systems report, and a turn's waits for them."""

from typing import Any

from agentex_web.turns import record
from agentex_web.turns.durations import Duration, seconds_or_none
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.wait_payloads import EventRef, OpenWait
from agentex_web.turns.waits import WaitTimedOut, wait_for

NAME_LENGTH = 100


class AwaitedEvent:
    """An event that another system can report.

    Attributes:
        name: the name that the author gave it.
        url: the URL to which any system can POST the event as JSON. It is bound to the task and the name.
            Each event is taken by one wait; events are taken in the order in which they arrived.
    """

    def __init__(self, progress: TurnProgress, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._progress = progress

    async def wait(self, *, timeout: Duration | None = None, reason: str = "") -> Any:  # noqa: ASYNC109
        """Waits for the next event; returns its JSON body.

        Args:
            timeout: a ``timedelta`` or seconds; None waits forever.
            reason: shown on the card, in a few words.

        Raises:
            TimeoutError: no event came in time.
        """
        seconds = seconds_or_none(timeout)
        wait = OpenWait(
            self._progress.task_id,
            self._progress.turn_id,
            self._progress.next_wait("event"),
            "event",
            title=reason,
            payload={"name": self.name, "url": self.url},
            deadline=seconds,
        )
        outcome = await wait_for(wait, opened_by=record.open_event_wait)
        if outcome.status == "expired":
            raise WaitTimedOut(f"The event “{self.name}” did not arrive in time.")
        return outcome.value.get("body")


async def awaited_event(progress: TurnProgress, name: str) -> AwaitedEvent:
    """Returns the task's event of this name.

    Raises:
        ValueError: the name is empty or too long.
    """
    if not name or len(name) > NAME_LENGTH:
        raise ValueError(f"The name of an event must have 1 to {NAME_LENGTH} characters.")
    return AwaitedEvent(progress, name, await record.event_url(EventRef(progress.task_id, name)))
