"""An answer that was cut, and what a model says when it is asked to go on: one text. Standard library only.

Models are told to go on exactly where they stopped. Some repeat the last words all the same, or write the
word anew in whose middle they were cut; that is left out.
"""

import re

LOOKED_AT = 400
"""Characters at the end of the first part in which a repetition is looked for."""
SHORTEST = 12
"""Characters from which on the same words are a repetition and no chance."""
FRAGMENT = re.compile(r"\w{3,40}$")
"""The word in whose middle, or after which, the first part was cut."""


def repeated(before: str, text: str) -> int:
    """How many characters at the beginning of ``text`` repeat the end of ``before``."""
    for length in range(min(len(text), LOOKED_AT), SHORTEST - 1, -1):
        if before.endswith(text[:length]):
            return length
    fragment = FRAGMENT.search(before[-LOOKED_AT:])
    if fragment is None or not text.startswith(fragment[0]):
        return 0
    length = len(fragment[0])
    # "The impor" and "important" join; "no" and "no, thanks" may be meant.
    return length if re.match(r"\w", text[length:]) else 0


def joined(before: str, text: str) -> str:
    """The two as one text."""
    return before + text[repeated(before, text) :]


class Joining:
    """Text that goes on where another one ended, as it streams.

    Args:
        before: the text that ended.
    """

    def __init__(self, before: str) -> None:
        self._before = before
        self._waiting: str | None = ""

    def feed(self, text: str) -> str:
        """What to show of some more text; empty while it may repeat the end of the first part."""
        if self._waiting is None:
            return text
        self._waiting += text
        if self._may_repeat(self._waiting):
            return ""
        ready, self._waiting = self._waiting, None
        return ready[repeated(self._before, ready) :]

    def _may_repeat(self, text: str) -> bool:
        """True while more text could show that this is a repetition, or could end one."""
        fragment = FRAGMENT.search(self._before[-LOOKED_AT:])
        return text in self._before[-LOOKED_AT:] or (fragment is not None and fragment[0] == text)
