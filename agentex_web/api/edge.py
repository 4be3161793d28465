"""What surrounds every view of the API: plain English, JSON for every error, HEAD like GET."""

from collections.abc import Callable, Coroutine
from datetime import UTC
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone, translation
from django.views import defaults
from ninja import NinjaAPI

from agentex_web.api.openai.errors import ApiError
from agentex_web.api.problems import Problem
from agentex_web.api.site import problem_of
from agentex_web.http import errors as http_errors
from agentex_web.tasks.threads import in_database

BELOW, BELOW_OPENAI = "/api/", "/v1/"
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def at_edge(view: View) -> View:
    """Decorator of every view below ``/api/``."""

    @wraps(view)
    async def handled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        with translation.override("en"), timezone.override(UTC):
            try:
                answer = await view(request, *args, **kwargs)
            except Exception as error:  # noqa: BLE001  (problem_of logs what is unexpected)
                answer = problem_of(error).response
        if isinstance(answer, HttpResponseNotAllowed):
            answer = _not_allowed(request, answer)
        if is_head:
            return await _without_body(answer)
        return answer

    # A key is sent on purpose, so no other site can make a browser send it.
    handled.csrf_exempt = True  # type: ignore[attr-defined]
    return handled


def guarded(api: NinjaAPI) -> list[URLPattern]:
    """The URLs of the API's operations, with their views `at_edge`."""
    found = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    return [path(str(each.pattern), at_edge(each.callback), name=each.name) for each in found]


@at_edge
async def unknown(_request: HttpRequest, **_: Any) -> HttpResponseBase:
    """Answers paths below ``/api/`` that lead nowhere."""
    raise Problem(404, "There is nothing at this address. docs/api.md has the list.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers requests that Django refuses before any view."""
    if request.path_info.startswith(BELOW):
        return Problem(400, "The request is malformed.").response
    if request.path_info.startswith(BELOW_OPENAI):
        return ApiError("The request is malformed.").response
    return http_errors.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers requests that fail outside of any view."""
    if request.path_info.startswith(BELOW):
        return Problem(500, "The server failed. It was logged.").response
    if request.path_info.startswith(BELOW_OPENAI):
        return ApiError("The server failed to answer. Its log has the reason.", 500).response
    return defaults.server_error(request)


def _not_allowed(request: HttpRequest, answer: HttpResponseBase) -> HttpResponse:
    allowed = answer.headers.get("Allow", "")
    problem = Problem(405, f"{request.method} is not possible here.", headers={"Allow": allowed})
    return problem.response


async def _without_body(answer: HttpResponseBase) -> HttpResponseBase:
    if isinstance(answer, StreamingHttpResponse):
        # Django's receivers of its signal close connections to the database.
        await in_database(answer.close)
        return HttpResponse(status=answer.status_code, headers=dict(answer.headers))
    assert isinstance(answer, HttpResponse)
    answer.headers["Content-Length"] = str(len(answer.content))
    answer.content = b""
    return answer
