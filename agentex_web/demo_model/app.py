"""The Starlette application: the routes of the OpenAI API."""

import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .answers import Answer, Json
from .chat_completions import ChatRendering, read_chat
from .delivery import EventStream, frames
from .demo import Demo
from .errors import ApiError
from .prompt import Prompt
from .reading import read_responses
from .responses_api import ResponsesRendering

Endpoint = Callable[[Request], Awaitable[Response]]
Read = Callable[[Json], Prompt]
Render = Callable[[Prompt, Answer], ResponsesRendering]

# Path -> how the request's body is read and how the answer is rendered.
APIS: dict[str, tuple[Read, Render]] = {
    "/v1/responses": (read_responses, ResponsesRendering),
    "/v1/chat/completions": (read_chat, ChatRendering),
}

# A request may name any model; these are listed.
_MODEL = {"object": "model", "created": 0, "owned_by": "agentex-web"}
_MODELS = {name: {"id": name, **_MODEL} for name in ("demo", "demo-reasoning")}

# Ten of the product's attachments in base64, with room to spare.
_MOST_BYTES = 200_000_000


def create_app(routes: list[Route]) -> Starlette:
    """The application with these routes and those that are no model call."""
    answers = {f"/v1/models/{name}": model for name, model in _MODELS.items()}
    answers |= {"/v1/models": {"object": "list", "data": [*_MODELS.values()]}, "/healthz": {"status": "ok"}}
    fixed = [Route(path, JSONResponse(answer)) for path, answer in answers.items()]
    return Starlette(routes=[*routes, *fixed], exception_handlers={ApiError: _api_error, 404: _not_found})


def model_calls(demo: Demo) -> list[Route]:
    """The routes of both APIs, answered by `demo`."""

    def endpoint(read: Read, render: Render) -> Endpoint:
        async def answered(request: Request) -> Response:
            prompt = read(await json_object(request))
            answer = demo.answer(prompt)
            rendering = render(prompt, answer)
            events = frames(rendering, answer)
            if prompt.body.get("stream"):
                return EventStream(events)
            async for _ in events:
                pass
            status, body = rendering.final()
            return JSONResponse(body, status)

        return answered

    return [Route(path, endpoint(*api), methods=["POST"]) for path, api in APIS.items()]


async def json_object(request: Request) -> Json:
    """The request's body; ApiError if it is too large, or no JSON object."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > _MOST_BYTES:
            raise ApiError(f"The request is larger than {_MOST_BYTES // 1_000_000} MB.", 413)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ApiError("We could not parse the JSON body of your request.") from error
    if not isinstance(body, dict):
        raise ApiError("The body of your request must be a JSON object.")
    return body


async def _api_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, ApiError)
    wait = {} if error.retry_after is None else {"retry-after": f"{error.retry_after:g}"}
    return JSONResponse(error.body, error.status, wait)


async def _not_found(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return JSONResponse(ApiError(f"Invalid URL ({request.method} {request.url.path})").body, 404)
