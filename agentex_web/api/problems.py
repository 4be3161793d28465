"""Errors as the API reports them: RFC 9457's problem details, in plain English."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
}
"""What a program compares; the sentences may change."""


class Problem(Exception):
    """A request that the API refuses.

    Attributes:
        detail: a sentence for the person who wrote the program.
        code: overrides the status's code.
        errors: what is wrong with which field.
        headers: of the response.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or CODES.get(status, "error")
        self.errors = errors
        self.headers = headers or {}

    @property
    def response(self) -> HttpResponse:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **({"errors": list(self.errors)} if self.errors else {}),
        }
        return HttpResponse(
            json.dumps(body), status=self.status, content_type=CONTENT_TYPE, headers=dict(self.headers)
        )
