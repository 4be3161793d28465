"""agentex_web/compat/daphne_bodies.py is needed while Daphne has no limit on the size of request bodies."""

import inspect
import json
from typing import Any

from daphne.http_protocol import WebRequest
from daphne.server import Server

from agentex_web.compat.daphne_bodies import refuse


def test_daphne_has_no_setting_that_limits_bodies() -> None:
    settings = [
        name for name in inspect.signature(Server.__init__).parameters if not name.startswith("websocket")
    ]
    assert not [name for name in settings if any(word in name for word in ("body", "max", "limit"))]


class Request:
    """A request of Daphne's that notes its replies."""

    error_template = WebRequest.error_template
    basic_error = WebRequest.basic_error

    def __init__(self, path: bytes) -> None:
        self.path = path
        self.replies: list[dict[str, Any]] = []

    def handle_reply(self, reply: dict[str, Any]) -> None:
        self.replies.append(reply)


def test_programs_are_told_in_json_that_a_body_is_too_large() -> None:
    program, page = Request(b"/api/v1/files"), Request(b"/attachments/")
    refuse(program, "The limit is 5 bytes.")
    refuse(page, "The limit is 5 bytes.")
    (start, body), (start_of_page, _) = program.replies, page.replies
    assert start["status"] == start_of_page["status"] == 413
    assert start["headers"] == [(b"Content-Type", b"application/problem+json")]
    assert json.loads(body["body"])["code"] == "too_large"
    assert start_of_page["headers"][0][1].startswith(b"text/html")
    of_openai = Request(b"/v1/responses")
    refuse(of_openai, "The limit is 5 bytes.")
    assert json.loads(of_openai.replies[1]["body"])["error"]["message"] == "The limit is 5 bytes."
