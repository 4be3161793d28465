"""Server-Sent Events: their text."""

import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

LAST = re.compile(r"\d{1,14}-\d{1,19}", re.ASCII)
"""A cursor as a client sends it back. Redis refuses numbers from 2^64 on, and dates end earlier."""
COMMENT = b":\n\n"


def event(name: str, data: Any, cursor: str = "") -> bytes:
    """One event. Its data is one line of JSON, so no text in it can begin another field.

    Args:
        cursor: what a client sends back to continue after it; empty in the middle of what belongs together.
    """
    head = f"id: {cursor}\nevent: {name}\ndata: " if cursor else f"event: {name}\ndata: "
    # Times have the same form as in the other answers, which ninja writes with this encoder.
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return f"{head}{text}\n\n".encode()


def mark(cursor: str) -> bytes:
    """Moves the client's position without an event."""
    return f"id: {cursor}\n\n".encode()
