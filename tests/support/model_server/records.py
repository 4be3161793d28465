"""The log of requests, for `GET /script/requests`."""

from __future__ import annotations

import itertools
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Literal

from agentex_web.demo_model.answers import Json

Outcome = Literal["completed", "client_disconnected", "fault", "rejected", "stopped"]

# Enough for a benchmark's burst, and small enough for a server that runs for months.
_KEPT = 2000

_SECRET_HEADERS = ("authorization", "cookie", "api-key")


@dataclass(slots=True)
class Record:
    """One model request. Times are `time.monotonic()` seconds, comparable between processes of one machine.

    Attributes:
        id: counts from 1.
        path: `/v1/responses` or `/v1/chat/completions`.
        headers: the request's, lower case, without secrets.
        body: the request's JSON.
        last_user_text: the text that scripts' `match` is compared with.
        arrived: when the request was read.
        first_byte: when the first event was written.
        first_token: when the first delta was written.
        ended: when the answer ended, whatever the outcome.
        disconnected_at: when the client closed the connection before the end.
        outcome: None while running; `rejected` is an invalid request, `stopped` the end of the server.
        status: the HTTP status of the answer; None if the connection was dropped before.
        tokens_sent: output tokens written.
        held: whether it is waiting for `POST /script/release`.
    """

    id: int
    path: str
    headers: dict[str, str]
    body: Json
    arrived: float
    last_user_text: str = ""
    first_byte: float | None = None
    first_token: float | None = None
    ended: float | None = None
    disconnected_at: float | None = None
    outcome: Outcome | None = None
    status: int | None = None
    tokens_sent: int = 0
    held: bool = False

    def wrote(self, tokens_sent: int) -> None:
        """Record that bytes were sent, with `tokens_sent` output tokens so far."""
        now = time.monotonic()
        self.first_byte = self.first_byte or now
        if tokens_sent and self.first_token is None:
            self.first_token = now
        self.tokens_sent = tokens_sent

    def end(self, outcome: Outcome) -> None:
        """Record the end. Only the first call counts."""
        if self.outcome is not None:
            return
        self.outcome = outcome
        self.held = False
        self.ended = time.monotonic()
        if outcome == "client_disconnected":
            self.disconnected_at = self.ended


class RequestLog:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=_KEPT)
        self._ids = itertools.count(1)

    def open(self, path: str, headers: dict[str, str], body: Json) -> Record:
        """Start the record of a request that has just been read."""
        kept = {name: value for name, value in headers.items() if name not in _SECRET_HEADERS}
        record = Record(next(self._ids), path, kept, body, time.monotonic())
        self._records.append(record)
        return record

    def clear(self) -> None:
        """Delete all records, including those of running requests."""
        self._records.clear()

    def as_json(self) -> list[Json]:
        """Every record as a JSON object."""
        return [asdict(record) for record in self._records]
