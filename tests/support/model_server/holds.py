"""Answers that pause in the middle until someone lets them go on."""

from __future__ import annotations

import asyncio


class Hold:
    """One answer's pause.

    It is registered when the answer is chosen, not when it gets there: a release that comes between the
    client's reading of the last delta and the server's reaching the pause must not be lost.
    """

    def __init__(self, text: str, others: set[Hold]) -> None:
        self.text = text
        self.released = asyncio.Event()
        self._others = others

    def over(self) -> None:
        """Forget the pause: its answer has ended."""
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

    def release(self, match: str | None) -> int:
        """Let go on every answer to a message that contains `match` (None: all); returns how many."""
        chosen = [h for h in self._holds if not h.released.is_set() and (match is None or match in h.text)]
        for hold in chosen:
            hold.released.set()
        return len(chosen)
