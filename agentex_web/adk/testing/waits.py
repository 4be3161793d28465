"""Tracks which activities wait for the test, and the failure that ends a test's waiting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from temporalio import activity


class WaitsForTest:
    """Shared by the scripted model, the replaced tools and the in-memory Temporal.

    Attributes:
        failure: why the test cannot continue; None while it can.
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
        """Marks the running activity as waiting for the test, as long as ``waits()`` is true.

        While it waits, the server counts as idle, so that time may pass.
        """
        token = activity.info().task_token
        self._held[token] = waits
        self._listener()
        try:
            yield
        finally:
            self._held.pop(token, None)
            self._listener()

    def cancelled(self, token: bytes) -> None:
        """The activity with this task token was cancelled, so it no longer waits for the test."""
        self._held.pop(token, None)

    def is_held(self, token: bytes) -> bool:
        """True if the activity with this task token waits for the test."""
        return token in self._held and self._held[token]()

    def give_up(self, failure: Exception) -> None:
        """Ends every wait with this exception; only the first one counts."""
        self.failure = self.failure or failure
        self._listener()
