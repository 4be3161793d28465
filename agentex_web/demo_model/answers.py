"""An answer before an API renders it: output items, their pace, and how it goes wrong.

Output items have the form of the Responses API, without ids. Keys that begin with an underscore guide
`item_events` and are not sent: `_chunks` fixes the deltas of a text, `_seconds` is how long a hosted tool
works, `_partial` an image before it is complete.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """How an answer goes wrong after `after` output tokens (None: after all of them).

    `drop` closes the connection; `failed` and `error` end the stream with that event, `incomplete` with
    `response.incomplete`, whose `reason` is `max_output_tokens` or `content_filter`.
    """

    kind: Literal["drop", "failed", "error", "incomplete"]
    after: int | None = None
    message: str = "The demo model failed on purpose."
    code: str = "server_error"
    reason: str = "max_output_tokens"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one model call.

    The pace is in tokens per second (0 is unpaced), the wait in seconds; None leaves them to the server.
    `model` is the one that says it answered; empty is the one that was asked for.
    """

    output: list[Json] = field(default_factory=list)
    tokens_per_second: float | None = None
    first_token_after: float | None = None
    fault: Fault | None = None
    model: str = ""


class Step(NamedTuple):
    """One event: the JSON object, its output tokens, seconds to wait before it, True if it is the last."""

    event: Json
    tokens: int = 0
    pause: float = 0.0
    last: bool = False


def text(words: str, *annotations: Json) -> Json:
    """An assistant message of Markdown."""
    return message({"type": "output_text", "text": words, "annotations": list(annotations), "logprobs": []})


def message(part: Json) -> Json:
    """An assistant message with one part."""
    return {"type": "message", "role": "assistant", "content": [part]}


def thought(*summary: str) -> Json:
    """Reasoning, with a summary in one or more parts."""
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": part} for part in summary]}
