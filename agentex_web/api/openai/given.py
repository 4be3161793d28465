"""A conversation as a request gives it: in the same form for both of OpenAI's interfaces."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

USER, ASSISTANT = "user", "assistant"
_THOUGHT = re.compile(r"<(think)(?:ing)?>|<(details) type=\"reasoning\"", re.IGNORECASE)
"""How reasoning begins that clients put into the text of an answer that they send back."""
_ENDS = {
    "think": re.compile(r"</think(?:ing)?>", re.IGNORECASE),
    "details": re.compile(r"</details>", re.IGNORECASE),
}
NOTICE = "⏸ The agent waits for a decision"
"""How the text begins that ends an answer in which the agent waits for a person."""


@dataclass(frozen=True)
class GivenFile:
    """A file of a message: its content, or the id of one that was uploaded before."""

    name: str = ""
    body: bytes = b""
    uploaded: str = ""

    @property
    def digest(self) -> str:
        return self.uploaded or hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class GivenMessage:
    """A message of the person, or an answer."""

    role: str
    text: str
    files: tuple[GivenFile, ...] = ()

    @property
    def words(self) -> str:
        """The text without what clients add to answers or change in them."""
        return plain(self.text) if self.role == ASSISTANT else self.text.strip()


@dataclass(frozen=True)
class Given:
    """
    Attributes:
        system: the instructions of the client, from all its messages of the roles system and developer.
        asked: the new message.
        before: the messages before it, oldest first; no two of one role follow each other.
    """

    asked: GivenMessage
    before: tuple[GivenMessage, ...] = ()
    system: str = ""

    @property
    def digest(self) -> str:
        """Identifies the conversation up to and including the new message."""
        return _digest((*self.before, self.asked))

    @property
    def digest_before(self) -> str:
        """Identifies it up to the message before the new one."""
        return _digest(self.before[:-1])

    @property
    def answer_before(self) -> str:
        """The answer that the new message follows; empty if there is none."""
        return self.before[-1].words if self.before and self.before[-1].role == ASSISTANT else ""

    @property
    def system_digest(self) -> str:
        return hashlib.sha256(self.system.encode()).hexdigest() if self.system else ""


def plain(text: str) -> str:
    """An answer's text without reasoning, without the notice of a wait, and with single spaces."""
    return " ".join(_without_thoughts(text).partition(NOTICE)[0].split())


def _without_thoughts(text: str) -> str:
    """The text without reasoning. One pattern for the whole would search to the end of the text from each
    beginning: a request of some 100 kB would hold the interpreter for minutes.
    """
    found: list[str] = []
    at, endless = 0, set()
    for begin in _THOUGHT.finditer(text):
        kind = (begin[1] or begin[2]).lower()
        if begin.start() < at or kind in endless:
            continue
        end = _ENDS[kind].search(text, begin.end())
        if end is None:
            endless.add(kind)
            continue
        found += [text[at : begin.start()], " "]
        at = end.end()
    return "".join([*found, text[at:]])


def joined(messages: Iterable[GivenMessage]) -> tuple[GivenMessage, ...]:
    """The messages, with consecutive ones of one role joined."""
    found: list[GivenMessage] = []
    for role, group in groupby(messages, lambda each: each.role):
        same = list(group)
        text = "\n\n".join(filter(None, (each.text for each in same)))
        found.append(GivenMessage(role, text, tuple(file for each in same for file in each.files)))
    return tuple(found)


def _digest(messages: Iterable[GivenMessage]) -> str:
    said = [[each.role, each.words, *(file.digest for file in each.files)] for each in messages]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
