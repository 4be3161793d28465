"""What the model server is going to say: output items, their pace, and how the answer is cut short.

Scripts, slash commands and the persona all produce an `Answer`; the two APIs render it. Output items stay
JSON objects in the short form described in the package docstring (`agentex_web.demo_model`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Json = dict[str, Any]

FaultKind = Literal["status", "drop", "end", "failed", "incomplete", "error"]


@dataclass(frozen=True, slots=True)
class Fault:
    """How an answer goes wrong.

    Attributes:
        kind: `status` answers with an HTTP error, `drop` closes the connection, `end` ends the stream with no
            last event, `failed` and `error` end it with that event, `incomplete` with `response.incomplete`.
        after: output tokens sent before it happens; None means at once for `status`, `drop` and `end`, and
            after the whole answer for the others.
        status: HTTP status of `status`.
        retry_after: seconds in the `retry-after` header of `status`.
        message: the text a person reads.
        code: OpenAI's error code; None picks the usual one for the kind.
        reason: why the answer is `incomplete`: `max_output_tokens` or `content_filter`.
    """

    kind: FaultKind
    after: int | None = None
    status: int = 500
    retry_after: float | None = None
    message: str = "The demo model failed on purpose."
    code: str | None = None
    reason: str = "max_output_tokens"


@dataclass(frozen=True, slots=True)
class Answer:
    """One model call's answer.

    Attributes:
        output: output items in the short form.
        tokens_per_second: pace of the deltas; 0 is as fast as the connection takes them, None the server's.
        first_token_after: seconds from the request to the first delta; None is the server's.
        hold_after: output tokens after which the answer waits for `POST /script/release`.
        fault: how it goes wrong, if it does.
        omit: types of events that are not sent; some servers stream less than others.
        model: the name of the model that it says answered; empty is the one that was asked for.
    """

    output: list[Json] = field(default_factory=list)
    tokens_per_second: float | None = None
    first_token_after: float | None = None
    hold_after: int | None = None
    fault: Fault | None = None
    omit: list[str] = field(default_factory=list)
    model: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a rendered answer.

    Attributes:
        event: the JSON object on the wire.
        tokens: output tokens that it carries; they are what pacing, `hold_after` and `after` count.
        pause: seconds to wait before sending it (a hosted tool at work).
        last: whether it ends the answer.
    """

    event: Json
    tokens: int = 0
    pause: float = 0.0
    last: bool = False


class Rendering(Protocol):
    """An answer in the words of one API."""

    def steps(self) -> Iterator[Step]:
        """The stream's events in order; must be exhausted before `final`."""
        ...

    def final(self) -> tuple[int, Json]:
        """HTTP status and body of the same answer without streaming."""
        ...

    def sse(self, event: Json) -> bytes:
        """One event as the API frames it."""
        ...

    @property
    def closing(self) -> bytes:
        """What follows the last event of a stream."""
        ...
