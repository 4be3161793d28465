"""Parses the turns and messages in the markup of a page or frame."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "link", "meta", "use", "path", "source", "wbr"}


@dataclass
class Shown:
    """A message as a page shows it. ``text`` is without white space; ``length`` is the length that has streamed."""

    id: str
    turn: str
    kind: str
    author: str
    status: str
    call: str
    attempt: int
    length: int
    text: str = ""


class Conversation(HTMLParser):
    """
    Attributes:
        turns: statuses by turn id, in the page's order.
        messages: messages by id.
        cursor, version: the position from which the page continues; empty in a frame's markup.
    """

    def __init__(self, markup: str, turn: str = "") -> None:
        super().__init__()
        self.turns: dict[str, str] = {}
        self.messages: dict[str, Shown] = {}
        self.cursor = self.version = ""
        self._turn = turn
        self._path: list[tuple[str, Shown | None, bool]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id") == "conversation":
            self.cursor, self.version = given.get("data-cursor", ""), given.get("data-version", "")
        if tag == "section" and "data-turn-id" in given and not self._in_template:
            self._turn = given["data-turn-id"]
            self.turns[self._turn] = given["data-status"]
        if tag in _VOID:
            return
        shown, reads = self._path[-1][1:] if self._path else (None, False)
        if tag == "article" and "data-message-id" in given:
            shown, reads = _shown(given, self._turn), False
            if not self._in_template:
                self.messages[shown.id] = shown
        elif shown and {"prose", "plain"} & set(given.get("class", "").split()):
            reads = True
        self._path.append((tag, shown, reads))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._path) - 1, -1, -1):
            if self._path[index][0] == tag:
                del self._path[index:]
                return

    def handle_data(self, data: str) -> None:
        if self._path and self._path[-1][2] and (shown := self._path[-1][1]):
            shown.text += squeezed(data)

    @property
    def _in_template(self) -> bool:
        return any(tag == "template" for tag, *_ in self._path)


def _shown(given: dict[str, str], turn: str) -> Shown:
    return Shown(
        given["data-message-id"],
        turn,
        given["data-kind"],
        given["data-author"],
        given["data-status"],
        given.get("data-call", ""),
        int(given.get("data-attempt") or 0),
        int(given.get("data-length") or 0),
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
