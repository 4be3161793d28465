"""Answers that pause in the middle until someone lets them go on."""

from __future__ import annotations

import asyncio


class Hold:
    """One answer's pauses.

    It is registered when the answer is chosen, not when it gets there: a release that comes between the
    client's reading of the last delta and the server's reaching the pause must not be lost.
    """

    def __init__(self, text: str, others: set[Hold]) -> None:
        self.text = text
        self.released = asyncio.Event()
        self._for_good = False
        self._others = others

    def release(self, *, for_good: bool) -> None:
        """Let the answer go on: to its next pause, or to its end."""
        self._for_good = self._for_good or for_good
        self.released.set()

    async def wait(self) -> None:
        """Return when the answer may go on; the next pause waits for a release of its own."""
        await self.released.wait()
        if not self._for_good:
            self.released.clear()

    def over(self) -> None:
        """Forget it: there is no other pause, or the answer has ended."""
        self._others.discard(self)


class Holds:
    """All pauses of the answers under way."""

    def __init__(self) -> None:
        self._holds: set[Hold] = set()

    def register(self, text: str) -> Hold:
        """A pause for the answer to the user message `text`."""
        hold = Hold(text, self._holds)
        self._holds.add(hold)
        return hold

    def release(self, match: str | None, *, for_good: bool = False) -> int:
        """Let go on every answer to a message that contains `match` (None: all); returns how many.

        Args:
            for_good: to their ends, whatever other pauses they have.
        """
        chosen = [h for h in self._holds if not h.released.is_set() and (match is None or match in h.text)]
        for hold in chosen:
            hold.release(for_good=for_good)
        return len(chosen)
