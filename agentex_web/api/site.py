"""The API's object: its authentication, its errors, its description."""

import logging
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from agentex_web.accounts.models import ApiKey
from agentex_web.actions.refused import Refused
from agentex_web.actions.sending import IdInUse
from agentex_web.api.bodies import Bodies, read_ahead
from agentex_web.api.keys import key_of
from agentex_web.api.problems import Problem
from agentex_web.api.texts import in_words_of_api
from agentex_web.journal.listing import ChatMissing
from agentex_web.limits.people import TooMany

logger = logging.getLogger(__name__)

TITLE = "Agentex Web"
VERSION = "1"
MOST_ERRORS = 20


class Key(HttpBearer):
    """An API key in the `Authorization` header."""

    async def __call__(self, request: HttpRequest) -> ApiKey | None:
        key = await key_of(request)
        if key is not None:
            request.user = key.person
            # Only now: nobody without a key makes the server compute.
            await read_ahead(request)
        return key

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError("`__call__` does not call it.")


api = NinjaAPI(
    title=TITLE,
    version=VERSION,
    description="Chats with durable agents. See docs/api.md.",
    docs_url=None,
    openapi_url=None,
    auth=Key(),
    parser=Bodies(),
    urls_namespace="api-v1",
)


def key(request: HttpRequest) -> ApiKey:
    """The request's key."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, ApiKey)
    return found


def person(request: HttpRequest) -> User:
    """The person of the request's key."""
    assert isinstance(request.user, User)
    return request.user


def problem_of(error: Exception) -> Problem:
    """The error as the API reports it. An unknown one is a fault of ours, which is logged."""
    match error:
        case Problem():
            return error
        case AuthenticationError():
            return unauthorized()
        case ChatMissing():
            # Another request has deleted it at this moment.
            return Problem(404, "There is no such task.")
        case Http404():
            return Problem(404, in_words_of_api(str(error)) or "There is no such object.")
        case ValidationError():
            return _invalid(error)
        case IdInUse():
            return Problem(409, "This id is already used for something else.", code="id_in_use")
        case Refused():
            # 400 is for requests that cannot be read at all.
            status = 422 if error.status == 400 else error.status
            headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            return Problem(status, in_words_of_api(error.reason), headers=headers)
        case TooMany():
            return Problem(429, str(error), headers={"Retry-After": str(error.seconds)})
        case RequestDataTooBig():
            return Problem(413, "The body is too large.")
        case DataError() if "NUL" in str(error):
            return Problem(422, "There is a NUL in the request.")
        case HttpError(__cause__=Problem() | RequestDataTooBig() as cause):
            # ninja wraps what its parser raises.
            return problem_of(cause)
        case HttpError():
            return Problem(error.status_code, str(error))
    logger.error("A request to the API failed", exc_info=error)
    return Problem(500, "The server failed. It was logged.")


def unauthorized() -> Problem:
    """The answer to a request without a valid key."""
    return Problem(
        401,
        "Send a valid API key in the header `Authorization: Bearer KEY`.",
        headers={"WWW-Authenticate": 'Bearer realm="agentex"'},
    )


def _invalid(error: ValidationError) -> Problem:
    errors = [
        {"in": str(each["loc"][0]), "field": _field(each["loc"]), "message": str(each["msg"])}
        for each in error.errors[:MOST_ERRORS]
    ]
    first = errors[0] if errors else {"field": "", "message": "It is invalid."}
    return Problem(422, f"{first['field']}: {first['message']}".lstrip(": "), errors=errors)


def _field(place: Sequence[Any]) -> str:
    # A body is the argument `body` of its operation, which is no field of it.
    names = place[2:] if place[:2] == ("body", "body") else place[1:]
    return ".".join(map(str, names))


def _handle(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem_of(error).response


for _kind in (Exception, Http404, AuthenticationError, HttpError, ValidationError):
    api.add_exception_handler(_kind, _handle)
