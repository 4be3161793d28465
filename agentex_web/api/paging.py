"""Cursors of lists: where a part ended, as text that clients do not interpret."""

import base64
import binascii
import json
from collections.abc import Sequence

from agentex_web.api.problems import Problem

MOST = 100
"""Objects in one part of a list."""
LONGEST = 400


def cursor(*place: str) -> str:
    """The text for a place in a list."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(text: str, parts: int) -> Sequence[str]:
    """What `cursor` was given.

    Raises:
        Problem: the text is none of its texts.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(found, list) or len(found) != parts or not all(isinstance(x, str) for x in found):
            raise ValueError("not a place")
    except (ValueError, binascii.Error, RecursionError):
        raise Problem(422, "`after` is not what an earlier answer gave as `next`.") from None
    return found
