"""A haiku for a message: a theme its words call for, and lines picked by the text alone."""

from __future__ import annotations

import re

from .haiku_lines import ANYTHING, AROUND, THEMES, Theme
from .words import content_words, keyword, pick, quoted, tokens_of

# Counting vowel groups is wrong for these.
_IRREGULAR = {
    "quiet": 2, "becomes": 2, "become": 2, "somebody": 3, "someone": 2, "somewhere": 2, "something": 2,
    "evening": 2, "idea": 3, "science": 2, "lion": 2, "being": 2, "create": 2, "poem": 2, "real": 1,
    "people": 2, "area": 3, "piano": 3, "video": 3, "radio": 3, "diet": 2, "giant": 2, "violin": 3,
    "quantum": 2, "question": 2, "peaches": 2, "whiskers": 2, "homework": 2, "sometimes": 2, "lifetime": 2,
    "warehouse": 2, "someday": 2, "time": 1, "timeless": 2, "homemade": 2, "moonlight": 2, "business": 2,
}  # fmt: skip

# The silent endings of `tide`, `tides` and `turned`; not those of `table`, `boxes` and `wanted`.
_SILENT = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)es?$|(?<=[bdfkmnprtvw])es$|(?<=th)es$|(?<=[^td])ed$")

# Where two vowels may be one syllable or two.
_UNSURE = re.compile(r"[iu][aeo]|eo|ea|oe|oi|ua|y[aeiou]|[aeiou]{3}|e(d|s)$")

# Markdown's hard line break, so that the three lines stay three.
_BREAK = "  \n"


def syllables(text: str) -> int:
    """Syllables of an English text, by its vowel groups and a list of exceptions."""
    return sum(_syllables_of(word) for word in tokens_of(text))


def _syllables_of(word: str) -> int:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    stem = _SILENT.sub("", word)
    return max(1, len(re.findall(r"[aeiouy]+", stem)))


def compose(message: str, earlier: int = 0) -> str:
    """A haiku (5-7-5) about `message`; `earlier` messages make the same words give another one."""
    theme = theme_of(message)
    seed = (message, str(earlier))
    first = pick(theme.first, "first", *seed)
    if theme is ANYTHING:
        first = _opening(message) or first
    second, third = pick(theme.second, "second", *seed), pick(theme.third, "third", *seed)
    return _BREAK.join((f"{first},", second, f"{third}."))


def remembering(earlier_message: str) -> str:
    """Three lines around something that the user said before."""
    return _BREAK.join(("Your own words to me:", f"*{quoted(earlier_message)}*", "I have kept it here."))


def theme_of(message: str) -> Theme:
    """The theme most of the words belong to; the generic one when none does."""
    said = content_words(message)
    best = max(THEMES, key=lambda theme: sum(1 for word in said if word in theme.words))
    return best if any(word in best.words for word in said) else ANYTHING


def _opening(message: str) -> str | None:
    """A first line that names the topic, if its syllables can be counted for sure."""
    about = keyword(re.sub(r"\bhaikus?\b", "", message, flags=re.IGNORECASE))
    words = tokens_of(about)
    if not words or not all(word.isascii() and word.isalpha() for word in words):
        return None
    if any(_UNSURE.search(word) and word not in _IRREGULAR for word in words):
        return None
    frames = AROUND.get(syllables(about))
    return pick(frames, message).format(about[0].upper() + about[1:]) if frames else None
