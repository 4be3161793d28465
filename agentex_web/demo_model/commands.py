"""Slash commands: what a person can type into the demo chat to see each kind of answer."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from .answers import Answer, Fault, Json
from .prompt import Prompt
from .showcase import MARKDOWN, long_text

_MOST_TOKENS = 200_000

_SHORT = "This answer is about to stop in the middle of a sentence, which is just what you asked it to do, so"


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was typed: its words, the prompt it came in, and whether this is its first attempt."""

    words: list[str]
    prompt: Prompt
    is_first: bool

    def number(self, position: int, default: float) -> float:
        """The word at `position` as a number, or `default` if it is missing or none."""
        try:
            return float(self.words[position])
        except (IndexError, ValueError):
            return default


class Commands:
    """Answers slash commands, remembering first attempts for those that fail only once."""

    def __init__(self) -> None:
        self._tried: set[int] = set()

    def answer(self, prompt: Prompt) -> Answer | None:
        """The answer to a command, or None if the latest user message is none."""
        name, *words = prompt.last_user_text.strip().split() or [""]
        if name not in TABLE or prompt.since_user:
            return None
        return TABLE[name][1](Call(words, prompt, name in ONCE and self._first_attempt(prompt)))

    def _first_attempt(self, prompt: Prompt) -> bool:
        """Whether this very input is new; a retry repeats it, and after that it counts as new again."""
        key = zlib.crc32(repr((prompt.instructions, prompt.entries)).encode())
        if key in self._tried:
            self._tried.remove(key)
            return False
        self._tried.add(key)
        return True


def _text(text: str) -> list[Json]:
    return [{"type": "text", "text": text}]


def _help(_: Call) -> Answer:
    lines = "\n".join(f"- `{name}` {meaning}" for name, (meaning, _) in TABLE.items())
    return Answer(_text(f"The demo model knows these commands:\n\n{lines}"))


def _error(call: Call) -> Answer:
    status = int(call.number(0, 500))
    status = status if 400 <= status <= 599 else 500
    message = f"The demo model answered {status}, as asked."
    return Answer(fault=Fault("status", status=status, message=message))


def _flaky(call: Call) -> Answer:
    if call.is_first:
        message = "Rate limit reached. Please try again in 1s."
        return Answer(fault=Fault("status", status=429, retry_after=1, message=message))
    return Answer(_text("The first attempt met a rate limit (429). This is the **second attempt**."))


def _drop(call: Call) -> Answer:
    if call.is_first or "always" in call.words:
        return Answer(_text(_SHORT), fault=Fault("drop", after=12))
    return Answer(_text("The connection broke during the first attempt. This is the **second attempt**."))


def _think(call: Call) -> Answer:
    thoughts = [
        "**Reading the request**\n\nThe user wants to see me think. So I take my time and go step by step.",
        "**Weighing the options**\n\nI could answer at once, or look at the question from two "
        "sides. Two are better: what is asked, and why.",
        "**Settling on an answer**\n\nA short answer after a long thought is best. I will say so.",
    ]
    raw = "Raw reasoning, as an open-weight model would show it: first this, then that, therefore the answer."
    items: list[Json] = [{"type": "reasoning", "summary": thoughts, "raw": raw}]
    return Answer(items + _text("I have thought about it in three steps. You can unfold them above."))


def _slow(call: Call) -> Answer:
    text = "This is a slow answer: three seconds of silence, then five tokens a second."
    return Answer(_text(text), tokens_per_second=5, first_token_after=3)


def _tokens(call: Call) -> Answer:
    count = min(max(int(call.number(0, 100)), 1), _MOST_TOKENS)
    rate = max(call.number(1, 40), 0)
    # Every piece is different, so that a reader of the stream can tell a lost, doubled or swapped one.
    pieces = [f"{number}{' ' if number % 20 else chr(10)}" for number in range(1, count + 1)]
    text: Json = {"type": "text", "text": "".join(pieces), "chunks": pieces}
    return Answer([text], tokens_per_second=rate, first_token_after=0)


TABLE: dict[str, tuple[str, Callable[[Call], Answer]]] = {
    "/help": ("lists these commands", _help),
    "/markdown": (
        "shows headings, a table, code, lists, math and a diagram",
        lambda _: Answer(_text(MARKDOWN)),
    ),
    "/think": ("thinks in three steps first", _think),
    "/long": ("answers at length", lambda _: Answer(_text(long_text()))),
    "/slow": ("answers slowly", _slow),
    "/tokens": ("`count` `rate`: that many tokens at that many a second", _tokens),
    "/refuse": (
        "refuses",
        lambda _: Answer([{"type": "refusal", "refusal": "I am sorry, but I cannot help with that."}]),
    ),
    "/cut": (
        "stops at the output limit",
        lambda _: Answer(_text(_SHORT), fault=Fault("incomplete", after=14)),
    ),
    "/flaky": ("meets a rate limit at the first attempt", _flaky),
    "/drop": ("loses the connection at the first attempt; `/drop always` at each", _drop),
    "/error": ("`status`: fails with that HTTP status (500)", _error),
    "/fail": (
        "fails in the middle of the answer",
        lambda _: Answer(_text(_SHORT), fault=Fault("failed", after=12)),
    ),
}

# Commands whose first attempt fails.
ONCE = ("/flaky", "/drop")
