"""Parses JSON from outside. Standard library only."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

MOST_DEPTH = 100
"""Python's parser goes to about 1,000, but the record, Temporal's converter and templates do not."""


def strict_json(text: str | bytes) -> Any:
    """Parses JSON.

    Raises:
        ValueError: it is not JSON. NaN and Infinity are not, although Python's parser accepts them.
        RecursionError: it is nested more than ``MOST_DEPTH`` times.
    """
    found = json.loads(text, parse_constant=_refused)
    check_depth(found)
    return found


def check_depth(value: Any) -> None:
    """Checks parsed JSON.

    Raises:
        RecursionError: it is nested more than ``MOST_DEPTH`` times.
    """
    level = [value]
    for _ in range(MOST_DEPTH + 1):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise RecursionError(f"nested more than {MOST_DEPTH} times")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refused(word: str) -> NoReturn:
    raise ValueError(word)
