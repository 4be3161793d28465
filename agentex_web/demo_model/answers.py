"""An answer before an API renders it: its output items, pace and fault; or an API error.

Output items have the form of the Responses API, without ids. Keys with an underscore are not sent: `_chunks`
sets the deltas of a text, `_seconds` is how long a hosted tool works, and `_partial` is an unfinished image.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Json = dict[str, Any]

# Maps a status to its usual code (platform.openai.com/docs/guides/error-codes).
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded", 503: "server_overloaded"}


@dataclass(frozen=True, slots=True)
class Fault:
    """How an answer fails after `after` output tokens (None: after all of them).

    `drop` closes the connection; the others end the stream with that event. `reason` is for `incomplete`.
    """

    kind: Literal["none", "drop", "failed", "error", "incomplete"]
    after: int | None = None
    message: str = "The demo model failed on purpose."
    code: str = "server_error"
    reason: str = "max_output_tokens"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a model call. Pace 0: unpaced; None: the server's. An empty `model`: as requested."""

    output: list[Json] = field(default_factory=list)
    tokens_per_second: float | None = None
    first_token_after: float | None = None
    fault: Fault | None = None
    model: str = ""


@dataclass
class ApiError(Exception):
    """An HTTP error in the API's JSON form. `param` is the wrong field; `retry_after` is in seconds."""

    message: str
    status: int = 400
    param: str | None = None
    code: str | None = None
    retry_after: float | None = None

    @property
    def body(self) -> Json:
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        fields = {"message": self.message, "type": "requests" if self.status == 429 else kind}
        return {"error": {**fields, "param": self.param, "code": self.code or _CODES.get(self.status)}}


class Step(NamedTuple):
    """One event: JSON object, number of output tokens, pause before it in seconds, and whether it is last."""

    event: Json
    tokens: int = 0
    pause: float = 0.0
    last: bool = False


def text(words: str, *annotations: Json) -> Json:
    """An assistant message of Markdown."""
    part = {"type": "output_text", "text": words, "annotations": list(annotations), "logprobs": []}
    return {"type": "message", "role": "assistant", "content": [part]}


def thought(*summary: str) -> Json:
    """Reasoning, with a summary in one or more parts."""
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": part} for part in summary]}
