"""Renders Markdown that still grows: finished blocks once, the last block as it is so far.

While a text streams, it looks as in the final rendering, so nothing moves when it ends. The exception is
unfinished markup (unfinished.py).
"""

from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from agentex_web.rendering.appended import with_words
from agentex_web.rendering.limits import TooComplex
from agentex_web.rendering.markdown import blocks_to_html, plain_html, within_limits
from agentex_web.rendering.parser import block_tokens
from agentex_web.rendering.unfinished import closed
from agentex_web.utf16 import utf16_length


@dataclass(frozen=True, slots=True)
class Rendered:
    """``html`` replaces all top-level elements from number ``first`` on.

    It ends with ``tail``, which the next rendering will replace. Before the tail it has ``finished``
    top-level elements, which no longer change.
    """

    first: int
    html: str
    tail: str
    finished: int = 0


class LiveMarkdown:
    """One text that grows. Not thread-safe.

    A text that is too complex is shown as plain text from then on.

    Attributes:
        length: length in UTF-16 code units, like the stream's offsets.
    """

    def __init__(self, text: str = "") -> None:
        self.length = 0
        self._tail = ""
        self._return = ""
        self._references: dict[str, Any] = {}
        self._finished = 0
        self._unsent: list[str] = []
        self._lines = 0
        self._plain: str | None = None
        self._sources: list[str] = []
        self._parsed: tuple[str, str] | None = None
        """Source and HTML of the growing block as last rendered, if it had no unfinished markup."""
        self.append(text)

    @property
    def growing(self) -> int:
        """Number of characters that the next rendering must parse."""
        return 0 if self._with_words() is not None else len(self._tail)

    def append(self, text: str) -> None:
        self.length += utf16_length(text)
        # Lines may end with \n, \r\n or \r; the second half of a \r\n may not have arrived yet.
        text = self._return + text
        self._return = "\r" if text.endswith("\r") else ""
        self._tail += text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")

    def render(self) -> Rendered:
        """Renders everything that has changed since the last call."""
        if self._plain is None:
            try:
                with within_limits(len(self._tail)):
                    return self._render()
            except TooComplex:
                self._plain = "".join(self._sources)
                self._finished = 0
        html = plain_html(self._plain + self._tail)
        return Rendered(0, html, html)

    def _render(self) -> Rendered:
        first = self._finished
        if (tail := self._with_words()) is None:
            self._finish_blocks()
            source = closed(self._tail)
            tail, _ = blocks_to_html(source, {**self._references})
            self._parsed = (source, tail) if source == self._tail else None
        finished, self._unsent = "".join(self._unsent), []
        return Rendered(first, finished + tail, tail, self._finished - first)

    def _with_words(self) -> str | None:
        """The HTML of the growing block if only words were added to it; else None."""
        if self._parsed is None or not self._tail.startswith(self._parsed[0]):
            return None
        source, html = self._parsed
        if len(source) == len(self._tail):
            return html
        tail = with_words(source, html, self._tail[len(source) :])
        if tail is not None:
            self._parsed = (self._tail, tail)
        return tail

    def _finish_blocks(self) -> None:
        """Renders the finished blocks. A block is finished when a complete line of another block follows it,
        or when it is code whose fence is closed: no later text can change it."""
        lines = self._tail.count("\n")
        if lines == self._lines:
            return
        whole = self._tail[: self._tail.rfind("\n") + 1]
        tops = [token for token in block_tokens(whole, self._references) if token.level == 0 and token.map]
        start = tops[-1].map[0] if tops and tops[-1].nesting >= 0 and tops[-1].map else 0
        if not start:
            start = max((token.map[0] for token in tops if token.map), default=0)
        rows = self._tail.split("\n")
        if tops and _is_closed_fence(tops[-1], rows):
            start = tops[-1].map[1] if tops[-1].map else start
        if start:
            source = "\n".join(rows[:start]) + "\n"
            html, count = blocks_to_html(source, self._references)
            self._unsent.append(html)
            self._sources.append(source)
            self._finished += count
            self._tail = "\n".join(rows[start:])
        self._lines = self._tail.count("\n")


def _is_closed_fence(token: Token, rows: list[str]) -> bool:
    if token.type != "fence" or not token.map or token.map[1] - 1 <= token.map[0]:
        return False
    last = rows[token.map[1] - 1].rstrip()
    mark = last.lstrip(" ")
    return len(last) - len(mark) <= 3 and len(mark) >= len(token.markup) and not mark.strip(token.markup[0])
