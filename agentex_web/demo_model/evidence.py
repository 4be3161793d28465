"""What a message offers for filling in a tool's arguments: places, numbers, quotations, addresses, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .words import content_words, keyword

_RUN = re.compile(r"[A-ZÀ-Þ][\w’'-]*(?:\s+[A-ZÀ-Þ][\w’'-]*)*")
_LOWER_PLACES = re.compile(r"\b(?:in|for|at|near)\s+([a-z]{3,}(?:(?:\s*,\s*|\s+and\s+|\s+or\s+)[a-z]{3,})*)")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w-])")
_CODE = re.compile(r"(?<![\w.$€£-])(?=[A-Za-z-]*\d)[A-Za-z0-9][A-Za-z0-9-]*(?!\.\d)\b")
_LABELLED_CODE = re.compile(
    r"(?:#|\b(?:order|ticket|invoice|case|id|number|no\.?|flight|account|booking)\s+(?:(?:id|number|no\.?|is)\s+)?#?)"
    r"([A-Za-z-]*\d[A-Za-z0-9-]*)",
    re.IGNORECASE,
)
_NO_PLACES = """
    i im monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december celsius fahrenheit compare check find search look lookup send
    book translate calculate compute convert refund cancel order add create open delete schedule update
    remind the me detail short general mind fact case
"""
_NOT_PLACES = frozenset(_NO_PLACES.split())


@dataclass(frozen=True, slots=True)
class Evidence:
    """The parts of one message, in the order in which they occur."""

    text: str
    places: list[str]
    numbers: list[float]
    codes: list[str]
    quotations: list[str]
    emails: list[str]
    urls: list[str]
    dates: list[str]
    expression: str
    topic: str


def gather(text: str) -> Evidence:
    """Everything that `text` offers."""
    plain = re.sub(r"https?://\S+|[\w.+-]+@[\w.-]+\.\w+", " ", text)
    expressions = re.findall(r"[\d(][\d\s.+*/^()×÷%-]*[\d)]", plain)
    arithmetic = [found for found in expressions if re.search(r"[+*/^×÷%-]", found)]
    labelled = _LABELLED_CODE.findall(plain)
    numbers = _NUMBER.findall(plain)
    # In "refund 20 for order 77", 77 is no amount.
    amounts = [number for number in numbers if number not in labelled]
    return Evidence(
        text=text,
        places=_places(plain),
        numbers=[float(number) for number in amounts or numbers],
        codes=labelled + _CODE.findall(plain),
        quotations=[a or b or c for a, b, c in re.findall(r'"([^"]+)"|“([^”]+)”|(?<!\w)\'([^\']+)\'', text)],
        emails=re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text),
        urls=re.findall(r"https?://[^\s)>\"]+", text),
        dates=re.findall(r"\b\d{4}-\d\d-\d\d\b|\btoday\b|\btomorrow\b|\byesterday\b", text),
        expression=max(arithmetic, key=len, default="").strip(),
        topic=keyword(text),
    )


def _places(text: str) -> list[str]:
    found: list[str] = []
    doubtful: list[str] = []
    for match in _RUN.finditer(text):
        words = [word.split("'")[0].split("’")[0] for word in match.group().split()]
        while words and (not content_words(words[0]) or words[0].lower() in _NOT_PLACES):
            words.pop(0)
        if not words:
            continue
        name = " ".join(words)
        # A capital at the start of a sentence says nothing, unless the word is one of an enumeration.
        starts = not text[: match.start()].rstrip(" \"'") or text[: match.start()].rstrip()[-1] in ".!?\n"
        alone = not re.match(r"\s*(,|and\b|or\b|vs\b)", text[match.end() :])
        (doubtful if starts and alone and len(match.group().split()) == len(words) else found).append(name)
    if not found and (lower := _LOWER_PLACES.search(text)):
        names = re.split(r"\s*,\s*|\s+and\s+|\s+or\s+", lower.group(1))
        found = [name.title() for name in names if name not in _NOT_PLACES and content_words(name)]
    return list(dict.fromkeys(found or doubtful))
