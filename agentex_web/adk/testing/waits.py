"""Activities that wait for the test, and what tells a waiting test that it waits in vain."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from temporalio import activity


class WaitsForTest:
    """Shared by the scripted model, the replaced tools and the Temporal in memory.

    Attributes:
        failure: why the test cannot go on.
    """

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self._held: dict[bytes, Callable[[], bool]] = {}
        self._listener: Callable[[], None] = lambda: None

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls ``listener`` at each change."""
        self._listener = listener

    @contextmanager
    def held(self, waits: Callable[[], bool]) -> Iterator[None]:
        """In an activity: it waits for the test as long as ``waits()``, and time may pass meanwhile."""
        token = activity.info().task_token
        self._held[token] = waits
        self._listener()
        try:
            yield
        finally:
            self._held.pop(token, None)
            self._listener()

    def cancelled(self, token: bytes) -> None:
        """The activity of this task token is cancelled: it does not wait for the test any more."""
        self._held.pop(token, None)

    def is_held(self, token: bytes) -> bool:
        """True if the activity of this task token waits for the test."""
        return token in self._held and self._held[token]()

    def give_up(self, failure: Exception) -> None:
        """Ends every wait with this exception; the first one counts."""
        self.failure = self.failure or failure
        self._listener()
