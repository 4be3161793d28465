"""Answers that pause in the middle until they are released."""

from __future__ import annotations

import asyncio


class Hold:
    """One answer's pauses.

    It is registered when the answer is chosen, not when the answer reaches the pause. Otherwise a release would be
    lost if it came after the client read the last delta but before the server reached the pause.
    """

    def __init__(self, text: str, others: set[Hold]) -> None:
        self.text = text
        self.released = asyncio.Event()
        self._for_good = False
        self._others = others

    def release(self, *, for_good: bool) -> None:
        """Let the answer continue to its next pause, or to its end."""
        self._for_good = self._for_good or for_good
        self.released.set()

    async def wait(self) -> None:
        """Return when the answer may continue. The next pause needs another release."""
        await self.released.wait()
        if not self._for_good:
            self.released.clear()

    def over(self) -> None:
        """Unregister: there are no more pauses, or the answer has ended."""
        self._others.discard(self)


class Holds:
    """The pauses of all running answers."""

    def __init__(self) -> None:
        self._holds: set[Hold] = set()

    def register(self, text: str) -> Hold:
        """Register the pauses of the answer to the user message `text`."""
        hold = Hold(text, self._holds)
        self._holds.add(hold)
        return hold

    def release(self, match: str | None, *, for_good: bool = False) -> int:
        """Release every answer to a message that contains `match` (None: all), and return how many.

        Args:
            for_good: whether to let them run to the end, without their remaining pauses.
        """
        chosen = [h for h in self._holds if not h.released.is_set() and (match is None or match in h.text)]
        for hold in chosen:
            hold.release(for_good=for_good)
        return len(chosen)
