"""Halves of surrogate pairs: JSON may cut an emoji in two, and UTF-8 has no bytes for one half.

A server that cuts deltas by UTF-16 units sends ``"\\ud83d"`` and then ``"\\ude00"``.
"""

import re
from typing import Any

from pydantic import BaseModel

_HALF = re.compile("[\ud800-\udfff]")
_FIRST_HALF = ("\ud800", "\udbff")


def joined(half: str, text: str) -> tuple[str, str]:
    """The text of a delta behind a ``half`` that was kept of the one before it, and the half to keep of
    this one.

    A half without its other one becomes U+FFFD.
    """
    text = half + text
    if not text or not _HALF.search(text):
        return text, ""
    first, last = _FIRST_HALF
    rest = text[-1] if first <= text[-1] <= last else ""
    return whole(text.removesuffix(rest)), rest


def whole(text: str) -> str:
    """The text with pairs as one character each, and U+FFFD for each half."""
    return (
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if _HALF.search(text)
        else text
    )


def without_halves(value: Any) -> Any:
    """Replaces halves in all texts of a value: in models and lists in place, else in what is returned."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, BaseModel):
        for name, each in list(value):
            if isinstance(each, str | list | dict | BaseModel):
                changed = without_halves(each)
                if changed is not each:
                    setattr(value, name, changed)
    elif isinstance(value, list):
        value[:] = [without_halves(each) for each in value]
    elif isinstance(value, dict):
        for key in list(value):
            value[key] = without_halves(value[key])
    return value
