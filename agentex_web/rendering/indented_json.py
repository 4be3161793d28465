"""JSON as people read it: a line for each value."""

import json
from typing import Any

from agentex_web.utf16 import repaired

MOST_TIMES = 10
"""How many times as long as the compact JSON it may be. Of 100,000 numbers within 900 lists, 200 KB would
become 180 MB, almost all of it spaces.
"""
_encoder = json.JSONEncoder(ensure_ascii=False, indent=2)


def indented(value: Any, longest: int) -> str | None:
    """Indents a JSON value.

    Returns:
        the text; None if it would have more than ``longest`` characters.

    Raises:
        RecursionError: it is nested about 1,000 times.
    """
    parts: list[str] = []
    length = 0
    for part in _encoder.iterencode(value):
        parts.append(part)
        length += len(part)
        if length > longest:
            return None
    return repaired("".join(parts))
