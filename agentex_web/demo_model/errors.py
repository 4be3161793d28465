"""Errors in the JSON shape of the OpenAI API, which its clients turn into their exception classes."""

from dataclasses import dataclass
from typing import Any

# The codes that the API pairs with a status (platform.openai.com/docs/guides/error-codes).
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded", 503: "server_overloaded"}


@dataclass
class ApiError(Exception):
    """A request that is answered with an HTTP error; `param` is the wrong field, `retry_after` in seconds."""

    message: str
    status: int = 400
    param: str | None = None
    code: str | None = None
    retry_after: float | None = None

    @property
    def body(self) -> dict[str, Any]:
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        fields = {"message": self.message, "type": "requests" if self.status == 429 else kind}
        return {"error": {**fields, "param": self.param, "code": self.code or _CODES.get(self.status)}}
