"""The piece of a text around the words that were searched for, with these marked."""

import re
import unicodedata
from typing import NamedTuple

from agentex_web.search.query import Query

BEFORE, LENGTH = 60, 240
"""Characters before the first hit, and of the whole snippet."""
_MARKUP = re.compile(r"[`*#>|]+|\s+")


class Part(NamedTuple):
    text: str
    is_hit: bool = False


def snippet(text: str, query: Query) -> list[Part]:
    """A piece of the text around the first hit, without Markdown characters."""
    pattern = _pattern(query)
    found = pattern.search(text)
    start = max(0, found.start() - BEFORE) if found else 0
    if start:
        # Start at the beginning of a word, if there is one nearby.
        space = text.find(" ", start, start + BEFORE // 2)
        start = space + 1 if space != -1 else start
    # Take twice the length, because Markdown characters and line breaks are removed.
    plain = _MARKUP.sub(" ", text[start : start + 2 * LENGTH])
    plain = re.sub(r" {2,}", " ", plain).strip()
    cut = plain[:LENGTH]
    ends = f"{cut}…" if len(plain) > LENGTH or start + 2 * LENGTH < len(text) else cut
    return _split(f"…{ends}" if start else ends, pattern)


def marked(text: str, query: Query) -> list[Part]:
    """The whole text, with the hits marked."""
    return _split(text, _pattern(query))


def _split(text: str, pattern: re.Pattern[str]) -> list[Part]:
    parts: list[Part] = []
    end = 0
    for found in pattern.finditer(text):
        if found.start() > end:
            parts.append(Part(text[end : found.start()]))
        parts.append(Part(found[0], is_hit=True))
        end = found.end()
    return [*parts, Part(text[end:])] if end < len(text) else parts


def _pattern(query: Query) -> re.Pattern[str]:
    """Finds the query's words in a text that is not folded, in linear time: all repetitions are bounded."""
    longest_first = sorted(query.shown, key=len, reverse=True)
    return re.compile("|".join(map(_accented, longest_first)), re.IGNORECASE)


def _accented(word: str) -> str:
    """Matches a whole word that begins with ``word``, with or without accents."""
    letters = "".join(_letter(each) for each in re.findall("ss|.", word))
    return rf"(?<![^\W_]){letters}\w{{0,40}}" if word[0].isascii() else letters


def _letter(letter: str) -> str:
    if letter == "ss":
        # The index folds “ß” to it.
        return f"(?:ß|{2 * _letter('s')})"
    forms = _FORMS.get(letter)
    return f"[{letter}{forms}]" if forms else re.escape(letter)


def _forms() -> dict[str, str]:
    """The accented forms of each Latin, Greek and Cyrillic letter, those of Vietnamese included."""
    forms: dict[str, str] = {}
    for code in (*range(0xC0, 0x530), *range(0x1E00, 0x2000)):
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()[:1]
        if plain != chr(code) and plain.isalpha():
            forms[plain] = forms.get(plain, "") + chr(code)
    return forms


_FORMS: dict[str, str] = _forms()
