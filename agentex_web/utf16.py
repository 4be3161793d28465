"""Texts as UTF-16: their lengths as JavaScript counts them, and repairs of split surrogate pairs."""

import re

HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair. JSON may contain one, but UTF-8 cannot encode it."""


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units. Half of a surrogate pair counts as one, as in JavaScript."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def with_whole_pairs(text: str) -> str:
    """Returns the text with each surrogate pair joined, and U+FFFD for each lone half."""
    if not HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
