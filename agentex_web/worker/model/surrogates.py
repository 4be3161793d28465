"""Repairs split surrogate pairs: JSON may cut an emoji in two, and UTF-8 cannot encode one half.

A server that cuts deltas by UTF-16 units sends ``"\\ud83d"`` and then ``"\\ude00"``.
"""

from typing import Any

from pydantic import BaseModel

from agentex_web.utf16 import HALF, with_whole_pairs

_FIRST_HALF = ("\ud800", "\udbff")


def joined(half: str, text: str) -> tuple[str, str]:
    """Joins a delta to the ``half`` left over from the delta before.

    A half whose other half is missing becomes U+FFFD.

    Returns:
        The text to use now, and the half to keep for the next delta.
    """
    text = half + text
    if not text or not HALF.search(text):
        return text, ""
    first, last = _FIRST_HALF
    rest = text[-1] if first <= text[-1] <= last else ""
    return with_whole_pairs(text.removesuffix(rest)), rest


def without_halves(value: Any) -> Any:
    """Repairs all texts of a value. Models, lists and dicts are changed in place; use what is returned."""
    if isinstance(value, str):
        return with_whole_pairs(value)
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
