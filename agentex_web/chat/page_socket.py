"""The socket of one page, as its feed (feeds.py) sees it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from autobahn.exception import Disconnected


@dataclass(eq=False)
class PageSocket:
    """The socket of one page.

    Attributes:
        send, close: send a text; close with a code. Neither waits: a page that does not read is disconnected.
        held: what its feed sends while the page is first sent what it missed; None afterwards.
    """

    session_key: str
    cursor: str
    version: int | None
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    held: list[str] | None = field(default_factory=list)

    async def take(self, texts: list[str]) -> None:
        if self.held is not None:
            self.held += texts
            return
        # The page may have gone away without closing the socket; Daphne reports that a moment later.
        with suppress(Disconnected):
            for text in texts:
                await self.send(text)

    async def end(self, code: int) -> None:
        """Closes the socket, if the page has not gone away."""
        with suppress(Disconnected):
            await self.close(code)

    async def release(self, before: list[str]) -> None:
        """Sends these texts, then what was held, and holds nothing from then on."""
        held, self.held = self.held or [], None
        await self.take(before + held)
