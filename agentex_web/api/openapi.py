"""The description of the API for programs: OpenAPI."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase

from agentex_web.api.edge import at_edge
from agentex_web.api.operations import api
from agentex_web.api.problems import CONTENT_TYPE
from agentex_web.api.shapes import Problem

PREFIX = "/api/v1"
ERRORS = {
    "400": "The request cannot be read.",
    "401": "There is no valid API key.",
    "403": "You may not do this.",
    "404": "There is no such object, or you may not read it.",
    "409": "The state of the object does not allow this.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "A part of the request is invalid.",
    "429": "Too many requests; see `Retry-After`.",
    "500": "The server failed.",
}


@at_edge
async def openapi(request: HttpRequest) -> HttpResponseBase:
    """The description. It needs no key."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    return JsonResponse(description())


@cache
def description() -> dict[str, Any]:
    """The API as OpenAPI describes it; ninja's, with the errors of every operation."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    found["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    errors = {status: {"description": text, "content": content} for status, text in ERRORS.items()}
    for operations in found["paths"].values():
        for operation in operations.values():
            responses = {str(status): each for status, each in operation["responses"].items()}
            operation["responses"] = {**responses, **errors}
    return found
