"""Markdown that still grows: finished blocks are rendered once, the last one as it stands.

What a text shows while it streams is what the same renderer makes of the whole, so nothing moves when it
ends. Only markup that has begun and not ended is shown as if it had: a `**` without its partner is no
asterisk that vanishes a moment later.
"""

import re
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from agentex_web.rendering.markdown import blocks_to_html, parser
from agentex_web.utf16 import utf16_length

_MARKERS = re.compile(r"[>\s]*(?:[-*+_=#|`~:$\\\s]*|\d{1,9}[.)]?\s?)\Z")
"""A line that may yet become a list, a heading, a rule or a table: it waits for its next character."""
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[^`]*\Z")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_OPEN_CODE = re.compile(r"(`+)[^`]*\Z")
_OPEN_LINK = re.compile(r"!?\[([^\[\]\n]*)(?:\](?:\([^()\s]*)?)?\Z")
_OPEN_STAR = re.compile(r"(?<![\w*\\])\*(?![\s*])[^*]*\Z")
_ROWS = re.compile(r"(?:^|\n)(?:[ \t]*\|[^\n]*(?:\n|\Z)){1,2}\Z")


@dataclass(frozen=True, slots=True)
class Rendered:
    """``html`` takes the place of everything from the top element number ``first`` on.

    Its end ``tail`` is what the next rendering will take the place of.
    """

    first: int
    html: str
    tail: str


class LiveMarkdown:
    """One text on its way. ``length`` counts UTF-16 units, as the stream's offsets do."""

    def __init__(self, text: str = "") -> None:
        self.length = utf16_length(text)
        self._tail = text
        self._references: dict[str, Any] = {}
        self._finished = 0
        self._unsent: list[str] = []
        self._lines = 0

    @property
    def growing(self) -> int:
        """Characters that the next rendering goes through."""
        return len(self._tail)

    def append(self, text: str) -> None:
        self.length += utf16_length(text)
        self._tail += text

    def render(self) -> Rendered:
        """What has changed since it was last asked for."""
        first = self._finished
        self._finish_blocks()
        tail, _ = blocks_to_html(closed(self._tail), {**self._references})
        finished, self._unsent = "".join(self._unsent), []
        return Rendered(first, finished + tail, tail)

    def _finish_blocks(self) -> None:
        """A block is finished when another follows it that has a whole line: no text can change it now."""
        lines = self._tail.count("\n")
        if lines == self._lines:
            return
        whole = self._tail[: self._tail.rfind("\n") + 1]
        tops = [token for token in _blocks(whole, self._references) if token.level == 0 and token.map]
        start = tops[-1].map[0] if tops and tops[-1].nesting >= 0 and tops[-1].map else 0
        if not start:
            start = max((token.map[0] for token in tops if token.map), default=0)
        if start:
            rows = self._tail.splitlines(keepends=True)
            html, count = blocks_to_html("".join(rows[:start]), self._references)
            self._unsent.append(html)
            self._finished += count
            self._tail = "".join(rows[start:])
        self._lines = self._tail.count("\n")


def closed(text: str) -> str:
    """The text as it is rendered while it streams."""
    head, newline, line = text.rpartition("\n")
    tokens = _blocks(text, {})
    if tokens and tokens[-1].type in ("fence", "code_block"):
        unfinished = tokens[-1].type == "fence" and re.fullmatch(r"[>\s]*[`~]+", line)
        return head + newline if unfinished else text
    if _MARKERS.match(line) or _FENCE.match(line):
        text = head + newline
    leaf = next((token.content for token in reversed(tokens) if token.type == "inline"), "")
    if leaf.startswith(("$$", "\\[")) and tokens[-1].type == "paragraph_close":
        closing = "$$" if leaf.startswith("$$") else "\\]"
        return text if closing in leaf[2:] else f"{text.rstrip()}\n{closing}"
    if tokens and tokens[-1].type == "paragraph_close":
        # A table's first row is one only when its rule has come.
        text = _ROWS.sub("\n", text)
    return _close_inline(text)


def _close_inline(text: str) -> str:
    start = text.rfind("\n\n") + 1
    # Code spans are blanked so that what they hold is not taken for markup.
    plain = _CODE_SPAN.sub(lambda found: " " * len(found[0]), text[start:])
    if code := _OPEN_CODE.search(plain):
        opened = text[: start + code.start()]
        body = text[start + code.end(1) :]
        return f"{opened}{code[1]}{body}{code[1]}" if body.strip() else opened
    if link := _OPEN_LINK.search(plain):
        text = text[: start + link.start()] + link[1]
        plain = plain[: link.start()] + link[1]
    for marker in ("**", "~~"):
        if plain.count(marker) % 2:
            text = text.rstrip()
            text = text[: -len(marker)] if text.endswith(marker) else text + marker
            plain = plain.rstrip()
    bare = plain.replace("**", "  ")
    if _OPEN_STAR.search(bare) and not text.endswith("*"):
        text = text.rstrip() + "*"
    return text


def _blocks(source: str, references: dict[str, Any]) -> list[Token]:
    """The block structure alone; inline markup is left as it is."""
    tokens: list[Token] = []
    env = {"references": dict(references.get("references", {}))}
    parser().block.parse(source.replace("\r\n", "\n").replace("\r", "\n"), parser(), env, tokens)
    return tokens
