"""The words of a text, as they are indexed and asked for: folded, and scripts without spaces in pairs.

Chinese, Japanese, Korean and Thai put no spaces between words, so their characters are indexed in overlapping
pairs: "北京大学" is found by "京大". The last character of a run is indexed alone, so one alone is found.
"""

import re
import unicodedata
from collections.abc import Iterator

TEXT_LENGTH = 200_000
"""Characters of one text that are indexed."""
WORDS_BYTES = 600_000
"""Of its words together: PostgreSQL's tsvector takes 1 MB."""
WORD_LENGTH = 64
"""Characters of a word that count; longer ones are no words that a person types."""

# A letter that nobody types: Gothic. What begins with it says what a document is, not what its text says.
_MARK = "\U00010330"
TITLE = f"{_MARK}t"
MESSAGE = f"{_MARK}m"
OWNER = f"{_MARK}u"
"""Followed by the owner's id."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_ACCENTS = re.compile("[\u0300-\u036f]+")


def folded(text: str) -> str:
    """The text in small letters, without accents and in one form of each character."""
    text = unicodedata.normalize("NFKD", text.replace(_MARK, " ")).casefold()
    # Only Latin, Greek and Cyrillic accents: without theirs, Japanese syllables are others.
    return unicodedata.normalize("NFC", _ACCENTS.sub("", text))


def words_of(text: str) -> str:
    """The words of a text, in order, with a space between them."""
    found: list[str] = []
    size = 0
    for word in _words(folded(text[:TEXT_LENGTH])):
        size += len(word.encode()) + 1
        if size > WORDS_BYTES:
            break
        found.append(word)
    return " ".join(found)


def _words(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if is_unspaced(run):
            yield from (run[place : place + 2] for place in range(len(run)))
        else:
            yield run[:WORD_LENGTH]


def is_unspaced(run: str) -> bool:
    return _IS_UNSPACED.match(run) is not None


def runs_of(text: str) -> list[str]:
    """The runs of letters and digits in a text that is folded: words, and stretches without spaces."""
    return _RUN.findall(text)
