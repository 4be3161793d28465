"""A message under way, rendered once for all sockets of this process that show it.

A socket joins the text of a message by the cursor of its beginning, so attempts are not mixed. It remembers
what it has sent (`Shown`) and is given what changed since, whoever asked for the rendering.
"""

import asyncio
import time
from bisect import bisect_right
from weakref import WeakValueDictionary

from agentex_web.background import in_background
from agentex_web.chat.frames import Frame
from agentex_web.computing import computed
from agentex_web.rendering.growing import LiveMarkdown, Rendered
from agentex_web.streams.entries import order
from agentex_web.streams.events import MessageStarted
from agentex_web.utf16 import utf16_length

SHORTEST = 0.05
"""Seconds between two renderings of a message, at least: 20 a second is as smooth as text gets."""
LONG = 300
"""Finished elements per step of the pause, up to three times the shortest: the more a browser has laid out,
the more an update costs it."""
SHARE = 0.25
"""Of one core, for rendering what streams: all messages under way in a process share it."""
LARGE = 1_000
"""Characters from which on a block is rendered off the event loop: 1,000 of code take 5 ms."""


class LiveText:
    """One message under way.

    Attributes:
        call, attempt: the model call that it belongs to.
        start: the cursor of its beginning.
        length: UTF-16 code units of its text so far.
    """

    def __init__(self, started: MessageStarted, start: str, text: str = "") -> None:
        self.call, self.attempt = started.call, started.attempt
        self.start = start
        self.length = utf16_length(text)
        self._markdown = LiveMarkdown()
        self._waiting = [text] if text else []
        self._next = 0.0
        self._rendered_length = 0
        self._rendering: asyncio.Task[None] | None = None
        self.version = 0
        self._finished: list[str] = []
        self._counts: list[int] = []
        self.tail = ""

    def append(self, offset: int, text: str) -> bool:
        """Takes what is new of a delta; False if something before it is missing."""
        if offset > self.length:
            return False
        known = self.length - offset
        fresh = text.encode("utf-16-le", "surrogatepass")[2 * known :].decode("utf-16-le", "replace")
        if fresh:
            self.length += utf16_length(fresh)
            self._waiting.append(fresh)
        return True

    @property
    def waits(self) -> bool:
        return bool(self._waiting) or self._rendering is not None

    @property
    def pause(self) -> float:
        """Seconds until it may be rendered."""
        return max(0.0, self._next - time.monotonic())

    def hurry(self) -> None:
        """The next rendering need not wait."""
        self._next = 0.0

    async def render(self) -> None:
        """Renders the text so far. Sockets that ask at the same time wait for the same rendering."""
        length = self.length
        while self._rendered_length < length:
            if self._rendering is None:
                self._markdown.append("".join(self._waiting))
                self._waiting = []
                if self._markdown.growing <= LARGE:
                    began = time.monotonic()
                    self._take(self._markdown.render(), began, self.length)
                    continue
                self._rendering = in_background(self._render(), "The rendering of a message")
            # A socket that closes must not end the rendering for the others.
            await asyncio.shield(self._rendering)

    async def _render(self) -> None:
        began, length = time.monotonic(), self.length
        try:
            self._take(await computed(self._markdown.render), began, length)
        finally:
            self._rendering = None

    def _take(self, rendered: Rendered, began: float, length: int) -> None:
        """
        Args:
            began: when the rendering began.
            length: of the text that it shows.
        """
        if rendered.first < (self._counts[-1] if self._counts else 0):
            # It became plain text as a whole.
            self._finished, self._counts = [], []
        finished = rendered.html[: len(rendered.html) - len(rendered.tail)]
        if finished:
            self._finished.append(finished)
            self._counts.append(rendered.first + rendered.finished)
        self.tail = rendered.tail
        self.version += 1
        self._rendered_length = length
        ended = time.monotonic()
        pause = SHORTEST * min(3.0, 1 + rendered.first / LONG)
        self._next = ended + max(pause, (ended - began) * len(_texts) / SHARE)

    def since(self, count: int) -> tuple[int, str]:
        """The number of the first element to replace, and the markup from there on.

        Args:
            count: finished elements that the socket has sent.
        """
        index = bisect_right(self._counts, count)
        if index and self._counts[index - 1] != count or not index and count:
            index = count = 0  # It became plain text since.
        return count, "".join(self._finished[index:]) + self.tail

    @property
    def count(self) -> int:
        """Finished elements, which no text changes any more."""
        return self._counts[-1] if self._counts else 0


class Shown:
    """What one socket has sent of a text, which may be behind what other sockets have.

    Attributes:
        offset: the end of the last delta that it has.
    """

    def __init__(self, text: LiveText) -> None:
        self.text = text
        self.offset = 0
        self._version = 0
        self._count = 0
        self._tail = ""

    @property
    def waits(self) -> bool:
        return self.text.waits or self._version != self.text.version

    @property
    def pause(self) -> float:
        """Seconds until there may be something to send."""
        return 0.0 if self._version != self.text.version else self.text.pause

    async def changes(self) -> Frame:
        """What the page must change to show the text as it is now: the fields that live.py describes."""
        if self.text.pause <= 0 or self._version == self.text.version:
            await self.text.render()
        first, html = self.text.since(self._count)
        keep = _common_length(self._tail, html) if first == self._count else 0
        self._version, self._count, self._tail = self.text.version, self.text.count, self.text.tail
        return {
            "first": first,
            "keep": utf16_length(html[:keep]),
            "html": html[keep:],
            "tail": utf16_length(self._tail),
        }


_texts: WeakValueDictionary[str, LiveText] = WeakValueDictionary()
"""By message id, the latest beginning of each message that a socket of this process shows."""


def begun(started: MessageStarted, cursor: str, text: str = "") -> LiveText:
    """The text of a message that began at ``cursor``; shared with the sockets that met the same beginning."""
    known = _texts.get(started.message)
    if known is not None and order(known.start) >= order(cursor):
        return known
    found = LiveText(started, cursor, text)
    _texts[started.message] = found
    return found


def under_way(message: str, cursor: str, offset: int) -> LiveText | None:
    """The text that a delta at ``cursor`` continues, if a socket of this process shows it already."""
    known = _texts.get(message)
    if known is None or order(known.start) >= order(cursor) or known.length < offset:
        return None
    return known


def _common_length(one: str, other: str) -> int:
    """How many characters both begin with."""
    known, limit = 0, min(len(one), len(other))
    while known < limit:
        middle = (known + limit + 1) // 2
        if one[known:middle] == other[known:middle]:
            known = middle
        else:
            limit = middle - 1
    return known
