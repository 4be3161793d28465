"""The words of a text, for the index and for queries: folded, and scripts without spaces in pairs.

Chinese, Japanese, Korean and Thai put no spaces between words, so their characters are indexed in overlapping
pairs: "京大" finds "北京大学". The last character of a run is also indexed alone, so that a search for a
single character finds it there.
"""

import re
import unicodedata
from collections.abc import Iterator

TEXT_LENGTH = 200_000
"""Only this many characters of a text are indexed."""
WORDS_BYTES = 600_000
"""Maximum size of all words of a text: PostgreSQL's tsvector is limited to 1 MB."""
WORD_LENGTH = 64
"""Words are cut to this many characters: people do not type longer ones."""

# A Gothic letter, which nobody types. Words that begin with it name a document's kind and owner; they are not
# from its text.
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
    """The text in lower case, without accents, and with one form of each character."""
    text = unicodedata.normalize("NFKD", text.replace(_MARK, " ")).casefold()
    # Removes only Latin, Greek and Cyrillic accents: without its mark, a Japanese syllable is another one.
    return unicodedata.normalize("NFC", _ACCENTS.sub("", text))


def words_of(text: str) -> str:
    """The words of a text in order, separated by spaces."""
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
    """The runs of letters and digits in a folded text: words, or stretches of scripts without spaces."""
    return _RUN.findall(text)
