"""Errors in the JSON shape of the OpenAI API, which its clients turn into their exception classes."""

from __future__ import annotations

from starlette.responses import JSONResponse

from .answers import Json

# The `type` and `code` the API pairs with a status (platform.openai.com/docs/guides/error-codes).
_USUAL: dict[int, tuple[str, str | None]] = {
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", "unsupported_country_region_territory"),
    429: ("requests", "rate_limit_exceeded"),
    503: ("server_error", "server_overloaded"),
}


class ApiError(Exception):
    """A request the server refuses.

    Args:
        message: what is wrong and what to do, for a person.
        status: HTTP status.
        param: the offending field, as a path into the request body.
        code: OpenAI's error code; None picks the usual one for the status.
        retry_after: seconds for the `retry-after` header.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        param: str | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.param = param
        self.code = code
        self.retry_after = retry_after

    def body(self) -> Json:
        """The JSON object `{"error": {...}}`."""
        return error_body(self.message, self.status, param=self.param, code=self.code)

    def response(self) -> JSONResponse:
        """The HTTP response."""
        headers = {} if self.retry_after is None else {"retry-after": f"{self.retry_after:g}"}
        return JSONResponse(self.body(), status_code=self.status, headers=headers)


def error_body(message: str, status: int, *, param: str | None = None, code: str | None = None) -> Json:
    """`{"error": {...}}` with the type that the API gives this status."""
    fallback = ("server_error", None) if status >= 500 else ("invalid_request_error", None)
    kind, usual_code = _USUAL.get(status, fallback)
    return {"error": {"message": message, "type": kind, "param": param, "code": code or usual_code}}
