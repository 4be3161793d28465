"""Why a model call failed: whether and when to retry it, and a message that a person understands."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from agents.exceptions import ModelBehaviorError
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import (
    ANSWER_CUT,
    CONTEXT_EXCEEDED,
    INPUT_REFUSED,
    MAY_COMPACT,
    MODEL_FAILURE,
)
from agentex_web.tasks import setup_faults
from agentex_web.turns.model_failure import model_failure
from agentex_web.worker.model.refused_input import is_refused_input, is_too_long

_TRANSIENT_CODES = {
    "server_error",
    "rate_limit_exceeded",
    "vector_store_timeout",
    "overloaded",
    "internal_error",
}
_TRANSIENT_STATUS = {408, 409, 429}

_BROKEN_OFF = "The connection to the model was lost."
LIMIT = "max_output_tokens"
_INCOMPLETE = {
    LIMIT: "The answer reached the model's length limit.",
    "content_filter": "The answer was cut off by the model's content filter.",
}


TOO_LONG = "The conversation is too long for the model."


def failure_of(error: Exception) -> ApplicationError:
    """Converts any exception from a model's stream to the error to raise for Temporal."""
    match error:
        case ApplicationError():
            return error
        case DataError() | IntegrityError():
            # A retry would fail the same way, and the model's answer would be paid for again.
            return model_failure("The answer could not be saved.", retry=False)
        case DatabaseError():
            return model_failure("The answer could not be saved.", retry=True)
        case APIStatusError():
            return _refused(error)
        case APITimeoutError():
            return model_failure("The model did not answer in time.", retry=True)
        case APIConnectionError():
            host = _other_host(error.request)
            reason = (
                f"The model's server {host} cannot be reached." if host else "The model cannot be reached."
            )
            return model_failure(reason, retry=True)
        case httpx2.TransportError():
            return model_failure(_BROKEN_OFF, retry=True)
        case APIError():
            # Raised by the client for an error event in the middle of a stream.
            return _reported(error.code or error.type, error.message)
        case ModelBehaviorError() if "length" in str(error) or "truncat" in str(error):
            return cut({})
        case _:
            return model_failure(
                f"The model's answer could not be used: {type(error).__name__}: {error}"[:2_000], retry=False
            )


def cut(usage: dict[str, int]) -> ApplicationError:
    """The answer reached the length limit; ``usage`` holds the tokens that it used."""
    return model_failure(_INCOMPLETE[LIMIT], retry=False, kind=ANSWER_CUT, details=(usage,))


def is_cut(event: Any) -> bool:
    """True for the last event of a stream whose answer reached the length limit."""
    details = event.response.incomplete_details if event.type == "response.incomplete" else None
    return details is not None and details.reason == LIMIT


def terminal_failure(event: Any) -> ApplicationError | None:
    """The failure that a stream's terminal event reports; None for any other event."""
    match event.type:
        case "response.failed":
            error = event.response.error
            return _reported(error.code if error else None, error.message if error else "no reason given")
        case "response.incomplete":
            details = event.response.incomplete_details
            reason = (details.reason if details else None) or "no reason given"
            return model_failure(_INCOMPLETE.get(reason, f"The answer was cut off: {reason}."), retry=False)
        case "error" | "response.error":
            return _reported(event.code, event.message)
        case _:
            return None


def ended_early() -> ApplicationError:
    """The stream ended without an event that marks the answer as complete."""
    return model_failure(_BROKEN_OFF, retry=True)


def bad_arguments(tool: str) -> ApplicationError:
    """The model called a tool with arguments that are not valid JSON; a retry usually succeeds."""
    return model_failure(f"The model's call of “{tool}” broke off: its arguments are incomplete.", retry=True)


def _reported(code: str | int | None, message: str) -> ApplicationError:
    # Some servers send an HTTP status as the code.
    if is_too_long(str(code or ""), message):
        return too_long(message)
    status = int(code) if code and str(code).isdigit() else 0
    transient = code in _TRANSIENT_CODES or status in _TRANSIENT_STATUS or status >= 500
    refused = not transient and is_refused_input(status, str(code or ""), "")
    kind = INPUT_REFUSED if refused else MODEL_FAILURE
    return model_failure(f"The model failed: {message}"[:2_000], retry=transient, kind=kind)


def too_long(message: str) -> ApplicationError:
    """The conversation exceeds the model's context; ``message`` is the server's own message."""
    details = (MAY_COMPACT,) if settings.AGENTEX_COMPACT == "auto" else ()
    return model_failure(
        f"{TOO_LONG} ({message})"[:2_000], retry=False, kind=CONTEXT_EXCEEDED, details=details
    )


def _refused(error: APIStatusError) -> ApplicationError:
    status, message = error.status_code, _message(error)
    delay = _retry_after(error)
    if error.code == "insufficient_quota":
        return model_failure(setup_faults.NO_CREDIT, retry=False)
    code = str(error.code or error.type or "")
    if status in (400, 413, 422, 429) and is_too_long(code, message):
        return too_long(message)
    match status:
        case 401 | 403:
            reason = f"{setup_faults.REFUSED_KEY} ({status}). {_whose_key(error)}"
        case 404:
            reason = f"{setup_faults.UNKNOWN_MODEL}: {message}"
        case 429:
            reason = "The model is busy: too many requests (429)."
        case _ if status >= 500:
            reason = f"The model's server failed ({status})."
        case _:
            reason = f"The model's server refused the request ({status}): {message}"
    asked = error.response.headers.get("x-should-retry")
    transient = status in _TRANSIENT_STATUS or status >= 500
    retry = transient if asked is None else asked == "true"
    refused = not retry and is_refused_input(status, code, str(error.param or ""))
    return model_failure(
        reason[:2_000], retry=retry, delay=delay, kind=INPUT_REFUSED if refused else MODEL_FAILURE
    )


def _whose_key(error: APIStatusError) -> str:
    host = _other_host(error.request)
    return f"Check the key for {host} in the agent's file and in .env." if host else "Check OPENAI_API_KEY."


def _other_host(request: httpx2.Request) -> str:
    """The server of a client that an agent's file has created; empty if it is the product's own server."""
    host: str = request.url.host
    own = urlsplit(settings.OPENAI_BASE_URL or _OPENAI).hostname
    return "" if host in (own, "127.0.0.1", "localhost") else host


_OPENAI = "https://api.openai.com"


def _message(error: APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return str(body["message"])
    return error.message


def _retry_after(error: APIStatusError) -> timedelta | None:
    """The delay from ``Retry-After`` (seconds, https://www.rfc-editor.org/rfc/rfc9110#field.retry-after) or
    OpenAI's ``retry-after-ms`` (milliseconds).
    """
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return timedelta(seconds=min(float(headers[name]) * unit, 600))
        except (KeyError, ValueError):
            continue
    return None
