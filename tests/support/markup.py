"""The markup of a streaming message in a page, built from a socket's frames as the page's scripts do."""

from html.parser import HTMLParser
from typing import Any

from agentex_web.utf16 import utf16_length
from tests.support.shown import in_utf16


class _Tops(HTMLParser):
    """Splits markup into its top-level elements."""

    VOID = ("br", "hr", "img", "input")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.depth = 0
        self.starts: list[tuple[int, int]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if self.depth == 0:
            self.starts.append(self.getpos())
        if tag not in self.VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def tops(html: str) -> list[str]:
    parser = _Tops()
    parser.feed(html)
    lines = [f"{line}\n" for line in html.split("\n")]
    at = [sum(map(len, lines[: row - 1])) + column for row, column in parser.starts]
    return [html[start:end].strip() for start, end in zip(at, [*at[1:], len(html)], strict=False)]


class Page:
    """Builds a page's markup from frames, like the browser's script."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._tail = ""

    def take(self, frame: dict[str, Any]) -> None:
        html = in_utf16(self._tail, frame["keep"]) + frame["html"]
        self._tail = html.removeprefix(in_utf16(html, utf16_length(html) - frame["tail"]))
        assert frame["first"] <= len(self.shown)
        self.shown = [*self.shown[: frame["first"]], *tops(html)]
