"""A conversation as a request gives it: in the same form for both of OpenAI's interfaces."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

USER, ASSISTANT = "user", "assistant"
_THOUGHTS = re.compile(
    r"<think(?:ing)?>.*?</think(?:ing)?>|<details type=\"reasoning\".*?</details>", re.DOTALL | re.IGNORECASE
)
"""How clients put reasoning into the text of an answer that they send back."""
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
    return " ".join(_THOUGHTS.sub(" ", text).partition(NOTICE)[0].split())


def joined(messages: Iterable[GivenMessage]) -> tuple[GivenMessage, ...]:
    """The messages, with consecutive ones of one role joined."""
    found: list[GivenMessage] = []
    for each in messages:
        if found and found[-1].role == each.role:
            text = "\n\n".join(filter(None, (found[-1].text, each.text)))
            found[-1] = replace(found[-1], text=text, files=(*found[-1].files, *each.files))
        else:
            found.append(each)
    return tuple(found)


def _digest(messages: Iterable[GivenMessage]) -> str:
    said = [[each.role, each.words, *(file.digest for file in each.files)] for each in messages]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
