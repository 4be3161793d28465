"""The JSON body of a request."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest

from agentex_web.api.openai.errors import ApiError, Json
from agentex_web.computing import computed
from agentex_web.strict_json import strict_json

LARGE = 65_536
"""Larger bodies are parsed in a thread, and of one person's, a few are handled at a time."""
MOST_VALUES = 1_000_000
"""Values and commas of texts. 50 MB of empty lists would take a gigabyte, and the interpreter for seconds."""
R = TypeVar("R")


@dataclass(frozen=True)
class Body:
    """``digest`` is the SHA-256 of the body and the address."""

    data: Json
    digest: str
    is_large: bool

    async def read(self, function: Callable[[Json], R]) -> R:
        """What the function makes of the data; called in a thread if there is much."""
        return await computed(function, self.data) if self.is_large else function(self.data)


def may_be_large(request: HttpRequest) -> bool:
    """Whether the body is large, as far as its headers say. One in chunks may be."""
    announced = request.headers.get("Content-Length", "")
    return not announced.isdecimal() or int(announced) > LARGE


async def body_of(request: HttpRequest) -> Body:
    """
    Raises:
        ApiError: the body is no JSON object.
    """
    # Not request.body, whose limit is that of forms; agentex_web/asgi.py limits all bodies.
    raw = await asyncio.to_thread(request.read)
    return _parsed(raw, request.path) if len(raw) <= LARGE else await computed(_parsed, raw, request.path)


def _parsed(raw: bytes, path: str) -> Body:
    if sum(map(raw.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise ApiError("The body has too many values.", 413, code="too_many_values")
    try:
        data: Any = strict_json(raw)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ApiError("The body of the request must be a JSON object.", code="invalid_json")
    return Body(data, hashlib.sha256(path.encode() + b"\n" + raw).hexdigest(), len(raw) > LARGE)
