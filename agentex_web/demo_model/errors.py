"""Errors in the JSON shape of the OpenAI API, which its clients turn into their exception classes."""

from dataclasses import dataclass
from typing import Any

# The codes that the API pairs with a status (platform.openai.com/docs/guides/error-codes).
_USUAL_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded", 503: "server_overloaded"}


@dataclass
class ApiError(Exception):
    """A request that is answered with an HTTP error.

    Attributes:
        message: what is wrong and what to do, for a person.
        param: the offending field, as a path into the request body.
        code: OpenAI's error code; None picks the usual one for the status.
        retry_after: seconds for the `retry-after` header.
    """

    message: str
    status: int = 400
    param: str | None = None
    code: str | None = None
    retry_after: float | None = None

    @property
    def body(self) -> dict[str, Any]:
        """`{"error": {...}}`, with the type that the API gives this status."""
        other = "server_error" if self.status >= 500 else "invalid_request_error"
        kind = "requests" if self.status == 429 else other
        code = self.code or _USUAL_CODES.get(self.status)
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": code}}
