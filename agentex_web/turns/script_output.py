"""What a script prints while it handles a message: which of it becomes the answer."""

import re
from contextlib import suppress
from typing import Any

from pydantic import BaseModel
from temporalio import workflow

PATCH_SYMBOLS = "a script says symbols"
"""Temporal patch id. Before the patch, a text without letters, such as an emoji, was a divider."""
LONGEST_LABEL = 80
"""In characters. A text of at most this length around an answer, such as ``Story:``, is a label: it is left
out, because the answer is shown already.
"""
_DIVIDER = re.compile(r"\s*(?:([-=_*#~+.·•─━═—–])\1{2,}(?!\1)\s*)*")
"""Lines such as ``-----``, and empty ones."""
_WITHOUT_WORDS = re.compile(r"[\W_]*")
"""What may stand around an answer in any length, such as quotes."""


class Printed:
    """The texts that a script has printed and that were not taken yet."""

    def __init__(self) -> None:
        self._characters = 0
        # Each in the pieces in which it was printed.
        self._texts: list[list[str]] = []
        # The last text has not ended with a line break, so what is printed next belongs to it.
        self._line_is_open = False

    def __bool__(self) -> bool:
        return bool(self._texts)

    def clear(self) -> None:
        """Forgets the texts."""
        self._texts.clear()

    def write(self, *values: Any, sep: str | None, end: str | None, most: int) -> bool:
        """Adds what ``print()`` was given.

        Args:
            most: how many characters may be printed in all.

        Returns:
            False if that would be more; then nothing is added.
        """
        text = (" " if sep is None else sep).join(text_of(each) for each in values)
        ending = "\n" if end is None else end
        # An empty text counts, too: a loop that prints nothing but these must also end.
        self._characters += len(text) + len(ending) + 1
        if self._characters > most:
            return False
        if not (self._line_is_open and self._texts):
            self._texts.append([])
        self._line_is_open = "\n" not in ending
        self._texts[-1] += [text, ending] if self._line_is_open else [text]
        return True

    def take(self, answers: list[str]) -> str:
        """Returns the answer that the texts make, and forgets them.

        Args:
            answers: what is shown already.
        """
        texts, self._texts, self._line_is_open = ["".join(each) for each in self._texts], [], False
        longest_first = sorted({each for each in answers if each}, key=len, reverse=True)
        return "\n\n".join(each.strip() for each in texts if not _is_needless(each, longest_first))


def text_of(value: Any) -> str:
    """A value as it is printed; a pydantic model as JSON."""
    if isinstance(value, BaseModel):
        with suppress(ValueError, TypeError, RecursionError):  # A field has a type without a JSON form.
            return value.model_dump_json()
    return str(value)


def _is_needless(text: str, answers: list[str]) -> bool:
    """True for dividers, and for answers that are shown already, with their labels."""
    if _DIVIDER.fullmatch(text):
        return True
    if _WITHOUT_WORDS.fullmatch(text) and not workflow.patched(PATCH_SYMBOLS):
        return True
    left = text
    for each in answers:
        left = left.replace(each, "")
    is_label = _WITHOUT_WORDS.fullmatch(left) or len(left.strip()) <= LONGEST_LABEL
    return left != text and bool(is_label)
