"""Limits the size of request bodies in Daphne.

Daphne 4.2 stores the whole body of a request before it calls the application: a POST of 300 MB left a file of
299 MB and took as much memory. Django's own limits apply too late, there may be no proxy that limits bodies,
and Daphne has no setting for it.
"""

import json
from typing import Any

from daphne.http_protocol import WebRequest  # type: ignore[import-untyped]

_MARK = "_agentex_received"
PROGRAMS, OPENAI_PROGRAMS = b"/api/", b"/v1/"
DISCARDED = 8
"""A client that sends more than this many times the limit is disconnected. Others get a 413 at the end."""


def limit_bodies(limit: int) -> None:
    """Answers 413 to requests with a body of more than ``limit`` bytes. Call it once, before serving."""
    store, process = WebRequest.handleContentChunk, WebRequest.process

    def handle_content_chunk(self: Any, data: bytes) -> None:
        received = getattr(self, _MARK, 0) + len(data)
        setattr(self, _MARK, received)
        if received <= limit:
            store(self, data)
        elif received > limit * DISCARDED:
            self.channel.loseConnection()

    def limited_process(self: Any) -> Any:
        if getattr(self, _MARK, 0) <= limit:
            return process(self)
        self.request_start = 0.0
        refuse(self, f"The limit is {limit:,} bytes.")
        return None

    WebRequest.handleContentChunk = handle_content_chunk
    WebRequest.process = limited_process


def refuse(request: Any, reason: str) -> None:
    """Answers 413: to programs as JSON, like their other errors (api/problems.py, api/openai/errors.py), to
    others as a page.
    """
    path, request.path = request.path or b"", b"/"
    if path.startswith(PROGRAMS):
        problem = {"type": "about:blank", "title": "Content Too Large", "status": 413, "detail": reason}
        _reply(request, b"application/problem+json", {**problem, "code": "too_large"})
    elif path.startswith(OPENAI_PROGRAMS):
        error = {"message": reason, "type": "invalid_request_error", "param": None, "code": "too_large"}
        _reply(request, b"application/json", {"error": error})
    else:
        request.basic_error(413, b"Content Too Large", reason)


def _reply(request: Any, content_type: bytes, body: dict[str, Any]) -> None:
    headers = [(b"Content-Type", content_type)]
    request.handle_reply({"type": "http.response.start", "status": 413, "headers": headers})
    request.handle_reply({"type": "http.response.body", "body": json.dumps(body).encode()})
