"""Errors as OpenAI's API reports them, so that its clients raise their own exceptions."""

from typing import Any

from django.http import JsonResponse

Json = dict[str, Any]
TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
"""The error's type by HTTP status; other statuses below 500 are an ``invalid_request_error``."""
RESTARTED = "answer_restarted"


class ApiError(Exception):
    """The request is refused, or its answer failed.

    Attributes:
        param: the request's field that is at fault; None if no single one is.
        code: a fixed word for programs.
        retry_after: seconds after which the same request may be accepted.
    """

    def __init__(
        self,
        message: str,
        status: int = 400,
        *,
        param: str | None = None,
        code: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.param = param
        self.code = code
        self.retry_after = retry_after

    @property
    def body(self) -> Json:
        kind = "server_error" if self.status >= 500 else TYPES.get(self.status, "invalid_request_error")
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}

    @property
    def response(self) -> JsonResponse:
        answer = JsonResponse(self.body, status=self.status)
        if self.retry_after is not None:
            answer.headers["Retry-After"] = str(self.retry_after)
        if self.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer


def no_key() -> ApiError:
    return ApiError(
        "The API key is missing or invalid. Send it as “Authorization: Bearer KEY”; you find your keys in "
        "the settings of your account, under “API keys”.",
        401,
        code="invalid_api_key",
    )


def no_response(response_id: str) -> ApiError:
    return ApiError(f"There is no response “{response_id[:100]}”.", 404, code="not_found")


def no_model(name: str) -> ApiError:
    return ApiError(f"There is no agent “{name[:100]}”.", 404, param="model", code="model_not_found")


def restarted() -> ApiError:
    """The answer began again with other words, and a stream cannot take back what it has sent."""
    return ApiError(
        "The model's answer was interrupted and began again with other words. The chat has the whole answer; "
        "the same request with the same Idempotency-Key returns it.",
        500,
        code=RESTARTED,
    )


def gone() -> ApiError:
    return ApiError("The chat was deleted, or the API key no longer works.", 404, code="not_found")
