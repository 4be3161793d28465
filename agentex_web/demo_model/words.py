"""What the persona can tell from words: overlap, topics, and picks that depend on nothing but the text."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_LITTLE = """
    a about after again all also am an and any are as ask at be because been before but by can could did
    do does for from get give got had has have hello help her here hey hi him his how i if im in into is it
    its just know let like make me more most much my need no not now of off on one or our out over please put
    really right say should show so some something tell than thank thanks that the their them then there
    these they thing this those to too up us use very want was we were what when where which who why will
    with would write yes you your agent handle request handoff handoffs transfer tool function return returns
    given using called good morning evening day today tomorrow
"""
_STOP = frozenset(_LITTLE.split())

# Words a user says for what a tool's author calls otherwise.
_KIN = {
    "rain": "weather", "raining": "weather", "sunny": "weather", "forecast": "weather", "umbrella": "weather",
    "temperature": "weather", "cold": "weather", "warm": "weather", "hot": "weather",
    "money": "refund", "return": "refund", "reimburse": "refund", "charged": "billing", "invoice": "billing",
    "payment": "billing", "bill": "billing", "parcel": "order", "package": "order", "delivery": "order",
    "shipped": "order", "find": "search", "look": "search", "lookup": "search", "google": "search",
    "plus": "calculate add", "sum": "calculate add", "times": "calculate multiply", "math": "calculate",
    "compute": "calculate", "clock": "time", "flight": "travel", "fly": "travel", "trip": "travel",
    "homework": "tutor", "email": "mail", "bug": "technical", "crash": "technical", "broken": "technical",
}  # fmt: skip


_SUM = re.compile(r"\d\s*([-+*/×÷^])\s*[\d(]")
_SIGNS = {"+": "add", "-": "subtract", "*": "multiply", "×": "multiply", "/": "divide", "÷": "divide"}
_HOW_TO = re.compile(
    r"\bhow (?:to|(?:do|can|should|would|could) (?:i|we|you|one)) ([^.?!,;:\n]{3,})", re.IGNORECASE
)
_ABOUT = re.compile(r"\babout (?:(?:the|a|an|my|your|our) )?([^.?!,;:\n]{2,})", re.IGNORECASE)
_TOPIC_WORDS = 6


def tokens_of(text: str) -> list[str]:
    """Lower-case words of `text`; `snake_case` and `camelCase` names fall apart into theirs."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text.replace("_", " "))
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", spaced.lower())


def content_words(text: str) -> list[str]:
    """The words that carry meaning, in order."""
    return [word for word in tokens_of(text) if word not in _STOP and len(word) > 1]


def overlap(message: str, *texts: tuple[str, int]) -> int:
    """How well `message` fits some texts, each given with its weight; 0 is not at all."""
    said = set(content_words(message))
    for word in tokens_of(message):
        said.update(_KIN.get(word, "").split())
    if sign := _SUM.search(message):
        said |= {"calculate", _SIGNS.get(sign.group(1), "power")}
    total = 0
    for text, weight in texts:
        offered = set(content_words(text))
        total += weight * sum(1 for word in said if any(_same(word, other) for other in offered))
    return total


def _same(one: str, other: str) -> bool:
    """Equal, or the same stem: `refunds`/`refund`, `translate`/`translation`."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    stem = max(4, shorter - 2)
    return shorter >= 4 and one[:stem] == other[:stem] and abs(len(one) - len(other)) <= 4


def topic(text: str) -> str:
    """What `text` is about, for use in a sentence: `recursion in Lisp`, `how to bake bread`; or empty."""
    for pattern, prefix in ((_HOW_TO, "how to "), (_ABOUT, "")):
        found = pattern.search(text)
        words = found.group(1).split()[:_TOPIC_WORDS] if found else []
        while words and words[-1].lower() in _STOP:
            words.pop()
        if words:
            return prefix + " ".join(words)
    return keyword(text)


def keyword(text: str) -> str:
    """The longest run of words in `text` that carry meaning, at most four; empty when there are none."""
    runs: list[list[str]] = []
    run: list[str] = []
    for token in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]", text):
        if token[0].isalpha() and token.lower() not in _STOP:
            run.append(token)
            continue
        runs.append(run)
        run = []
    runs.append(run)
    best = max(runs, key=lambda words: (min(len(words), 3), sum(map(len, words))))
    return " ".join(best[:4])


def pick(options: Sequence[T], *seed: str) -> T:
    """One of `options`; the same for the same seed, in every process (unlike `hash`)."""
    return options[zlib.crc32("\x1f".join(seed).encode()) % len(options)]


def quoted(text: str, limit: int = 120) -> str:
    """`text` on one line in quotation marks, shortened to `limit` characters."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= limit else line[: limit - 1].rstrip() + '…'}”"
