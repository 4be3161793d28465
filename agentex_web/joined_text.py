"""Joins an answer that was cut with the text that continues it. Standard library only.

Models are told to continue exactly where they stopped. Some repeat the last words all the same, or rewrite
the word in the middle of which they were cut; the repetition is dropped.
"""

import re

LOOKED_AT = 400
"""A repetition is searched in this many characters at the end of the first part."""
SHORTEST = 12
"""The same text of at least this many characters is a repetition, not a coincidence."""
FRAGMENT = re.compile(r"\w{3,40}$")
"""The last word of the first part, which may be incomplete."""


def repeated(before: str, text: str) -> int:
    """Counts the characters at the beginning of ``text`` that repeat the end of ``before``."""
    for length in range(min(len(text), LOOKED_AT), SHORTEST - 1, -1):
        if before.endswith(text[:length]):
            return length
    fragment = FRAGMENT.search(before[-LOOKED_AT:])
    if fragment is None or not text.startswith(fragment[0]):
        return 0
    length = len(fragment[0])
    # "The impor" and "important" are joined; "no" and "no, thanks" are not, since both may be meant.
    return length if re.match(r"\w", text[length:]) else 0


def joined(before: str, text: str) -> str:
    """Joins the two texts, without the repetition."""
    return before + text[repeated(before, text) :]


class Joining:
    """Drops the repetition from a streamed text that continues another one.

    Args:
        before: the text that ended.
    """

    def __init__(self, before: str) -> None:
        self._before = before
        self._waiting: str | None = ""

    def feed(self, text: str) -> str:
        """Takes the next part of the stream; returns the text to show, empty while it may be a repetition."""
        if self._waiting is None:
            return text
        self._waiting += text
        if self._may_repeat(self._waiting):
            return ""
        ready, self._waiting = self._waiting, None
        return ready[repeated(self._before, ready) :]

    def _may_repeat(self, text: str) -> bool:
        """True while the text may still turn out to be a repetition, or the repetition may still grow."""
        fragment = FRAGMENT.search(self._before[-LOOKED_AT:])
        return text in self._before[-LOOKED_AT:] or (fragment is not None and fragment[0] == text)
