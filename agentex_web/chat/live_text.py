"""A streaming message, rendered once for all feeds of this process that show it.

A feed finds a message's text by the cursor of its beginning, so that attempts are not mixed. It remembers
what it has sent (`Shown`) and gets what changed since then, even if another feed asked for the rendering.
"""

import asyncio
import time
from bisect import bisect_right
from weakref import WeakValueDictionary

from agentex_web.background import in_background
from agentex_web.chat.frames import Frame
from agentex_web.computing import computed
from agentex_web.rendering.fields import LiveFields
from agentex_web.rendering.growing import LiveMarkdown, Rendered
from agentex_web.streams.entries import order
from agentex_web.streams.events import MessageStarted
from agentex_web.utf16 import utf16_length

SHORTEST = 0.05
"""Minimum seconds between two renderings of a message: more than 20 per second look no smoother."""
LONG = 300
"""The pause grows by SHORTEST per this many finished elements, up to three times SHORTEST: the more elements
a browser has laid out, the more an update costs it."""
SHARE = 0.25
"""Share of one CPU core for rendering streaming text. All streaming messages of the process divide it."""
LARGE = 1_000
"""Blocks with more characters are rendered off the event loop: 1,000 characters of code take 5 ms."""


class LiveText:
    """One streaming message.

    Attributes:
        turn, call, attempt: the turn and the model call that it belongs to.
        start: the cursor of its beginning.
        length: UTF-16 code units of its text so far.
    """

    def __init__(self, started: MessageStarted, start: str, text: str = "") -> None:
        self.turn, self.call, self.attempt = started.turn, started.call, started.attempt
        self.start = start
        self.length = utf16_length(text)
        self._rendered: LiveMarkdown | LiveFields = LiveFields() if started.structured else LiveMarkdown()
        self._waiting = [text] if text else []
        self._next = 0.0
        self._rendered_length = 0
        self._rendering: asyncio.Task[None] | None = None
        self.version = 0
        self._finished: list[str] = []
        self._counts: list[int] = []
        self.tail = ""

    def append(self, offset: int, text: str) -> bool:
        """Appends the new part of a delta. False if text before it is missing."""
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
        """Seconds until the text may be rendered again."""
        return max(0.0, self._next - time.monotonic())

    async def render(self) -> None:
        """Renders the text so far. Feeds that ask at the same time wait for the same rendering."""
        length = self.length
        while self._rendered_length < length:
            if self._rendering is None:
                self._rendered.append("".join(self._waiting))
                self._waiting = []
                if self._rendered.growing <= LARGE:
                    # Processor time: other processes must not lengthen the pause.
                    began = time.thread_time()
                    rendered = self._rendered.render()
                    self._take(rendered, time.thread_time() - began, self.length)
                    continue
                self._rendering = in_background(self._render(), "The rendering of a message")
            # A feed that ends must not end the rendering for the others.
            await asyncio.shield(self._rendering)

    async def _render(self) -> None:
        began, length = time.monotonic(), self.length
        try:
            rendered = await computed(self._rendered.render)
            self._take(rendered, time.monotonic() - began, length)
        finally:
            self._rendering = None

    def _take(self, rendered: Rendered, seconds: float, length: int) -> None:
        """Takes over a rendered text.

        Args:
            seconds: how long the rendering took.
            length: the length of the rendered text.
        """
        if rendered.first < (self._counts[-1] if self._counts else 0):
            # The renderer now treats the whole message as plain text.
            self._finished, self._counts = [], []
        finished = rendered.html[: len(rendered.html) - len(rendered.tail)]
        if finished:
            self._finished.append(finished)
            self._counts.append(rendered.first + rendered.finished)
        self.tail = rendered.tail
        self.version += 1
        self._rendered_length = length
        pause = SHORTEST * min(3.0, 1 + rendered.first / LONG)
        self._next = time.monotonic() + max(pause, seconds * len(_texts) / SHARE)

    def since(self, count: int) -> tuple[int, str]:
        """The index of the first element to replace, and the HTML from there on.

        Args:
            count: how many finished elements the feed has sent.
        """
        index = self._index(count)
        if index is None:
            index = count = 0  # The message became plain text meanwhile.
        return count, "".join(self._finished[index:]) + self.tail

    def until(self, count: int) -> str | None:
        """The HTML of the finished elements that a feed has sent; None if they became plain text since."""
        index = self._index(count)
        return None if index is None else "".join(self._finished[:index])

    def _index(self, count: int) -> int | None:
        index = bisect_right(self._counts, count)
        return index if count == (self._counts[index - 1] if index else 0) else None

    @property
    def count(self) -> int:
        """The number of finished elements, which later text does not change."""
        return self._counts[-1] if self._counts else 0


class Shown:
    """What one feed has sent of a text. Other feeds may be further.

    Attributes:
        offset: the end of the last delta that the feed has.
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
        """Seconds until there may be a change to send."""
        return 0.0 if self._version != self.text.version else self.text.pause

    async def changes(self) -> Frame:
        """The changes that bring the page to the current text, as the fields that live.py describes."""
        if self.text.pause <= 0 or self._version == self.text.version:
            await self.text.render()
        first, html = self.text.since(self._count)
        keep = _common_length(self._tail, html) if first == self._count else 0
        self._version, self._count, self._tail = self.text.version, self.text.count, self.text.tail
        return _change(first, utf16_length(html[:keep]), html[keep:], self._tail)

    def so_far(self) -> Frame:
        """All HTML that has been sent, as such a change. Empty if the next change brings all of it anyway."""
        finished = self.text.until(self._count) if self._version else None
        return {} if finished is None else _change(0, 0, finished + self._tail, self._tail)


def _change(first: int, keep: int, html: str, tail: str) -> Frame:
    return {"first": first, "keep": keep, "html": html, "tail": utf16_length(tail)}


_texts: WeakValueDictionary[str, LiveText] = WeakValueDictionary()
"""The texts that feeds of this process show, by message id: the latest attempt of each message."""


def text_of(started: MessageStarted, cursor: str, text: str = "") -> LiveText:
    """The text of a message that began at ``cursor``, shared with feeds that saw the same beginning."""
    known = _texts.get(started.message)
    if known is not None and order(known.start) >= order(cursor):
        return known
    found = LiveText(started, cursor, text)
    _texts[started.message] = found
    return found


def known_text(message: str, cursor: str, offset: int) -> LiveText | None:
    """The text that the delta at ``cursor`` continues, if a feed of this process already shows it."""
    known = _texts.get(message)
    if known is None or order(known.start) >= order(cursor) or known.length < offset:
        return None
    return known


def _common_length(one: str, other: str) -> int:
    """The length of the common prefix."""
    known, limit = 0, min(len(one), len(other))
    while known < limit:
        middle = (known + limit + 1) // 2
        if one[known:middle] == other[known:middle]:
            known = middle
        else:
            limit = middle - 1
    return known
