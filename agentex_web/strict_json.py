"""Parses JSON from outside. Standard library only."""

import json
from typing import Any, NoReturn


def strict_json(text: str | bytes) -> Any:
    """Parses JSON.

    Raises:
        ValueError: it is not JSON. NaN and Infinity are not, although Python's parser accepts them.
        RecursionError: it is nested too deeply.
    """
    return json.loads(text, parse_constant=_refused)


def _refused(word: str) -> NoReturn:
    raise ValueError(word)
