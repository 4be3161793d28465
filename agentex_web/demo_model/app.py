"""The Starlette application: the routes of the OpenAI API; sends answers at their pace."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Send

from .answers import Answer, ApiError, Json
from .chat_completions import ChatRendering, read_chat
from .demo import Demo
from .prompt import Prompt, read_responses
from .responses_api import ResponsesRendering

# Maps a path to the function that reads the request's body and the class that renders the answer.
Api = tuple[Callable[[Json], Prompt], type[ResponsesRendering]]
APIS: dict[str, Api] = {"/v1/responses": (read_responses, ResponsesRendering)}
APIS["/v1/chat/completions"] = (read_chat, ChatRendering)
# A request may name any model; these are the ones that /v1/models lists.
_MODELS = ("demo", "demo-reasoning")
# Enough for ten of the product's attachments in base64.
_MOST_BYTES = 200_000_000
# After this many events, an unpaced answer lets other streams proceed.
_EVENTS_PER_WRITE = 64


def create_app(routes: list[Route]) -> Starlette:
    """Creates the application with these routes and the fixed ones (models, health)."""
    models = [{"id": name, "object": "model", "created": 0, "owned_by": "agentex-web"} for name in _MODELS]
    answers: Json = {f"/v1/models/{model['id']}": model for model in models}
    answers |= {"/v1/models": {"object": "list", "data": models}, "/healthz": {"status": "ok"}}
    fixed = [Route(path, JSONResponse(answer)) for path, answer in answers.items()]
    return Starlette(routes=[*routes, *fixed], exception_handlers={ApiError: _api_error, 404: _not_found})


def model_calls(demo: Demo) -> list[Route]:
    """The routes of both APIs, answered by `demo`."""

    async def endpoint(request: Request) -> Response:
        read, render = APIS[request.url.path]
        prompt = read(await json_object(request))
        answer = demo.answer(prompt)
        rendering = render(prompt, answer)
        events = frames(rendering, answer)
        if prompt.body.get("stream"):
            return EventStream(events, media_type="text/event-stream")
        async for _ in events:
            pass
        status, body = rendering.final()
        return JSONResponse(body, status)

    return [Route(path, endpoint, methods=["POST"]) for path in APIS]


class Dropped(Exception):
    """The connection must be closed here."""


async def frames(rendering: ResponsesRendering, answer: Answer) -> AsyncIterator[bytes]:
    """Yields the stream's bytes when they are due; raises Dropped if the answer's fault is a drop."""
    drop = answer.fault.after if answer.fault and answer.fault.kind == "drop" else None
    origin = time.monotonic() + (answer.first_token_after or 0)
    sent, buffer = 0, b""
    for number, step in enumerate(rendering.steps()):
        due = origin + (sent / answer.tokens_per_second if answer.tokens_per_second else 0)
        wait = step.pause or (due - time.monotonic() if step.tokens else 0)
        origin += step.pause
        if wait > 0 or number % _EVENTS_PER_WRITE == 0:
            yield buffer
            buffer = b""
            await asyncio.sleep(max(wait, 0))
        buffer += frame(step.event)
        sent += step.tokens
        if sent == drop:
            yield buffer
            raise Dropped
    yield buffer + rendering.closing


def frame(event: Json) -> bytes:
    """Formats a server-sent event. Events of the Responses API are named; chat completion chunks are not."""
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event, separators=(',', ':'))}\n\n".encode()


class EventStream(StreamingResponse):
    """A stream that may be dropped: uvicorn (0.54) closes the connection if a response is unfinished."""

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except Dropped:
            return


async def json_object(request: Request) -> Json:
    """Returns the request's body; raises ApiError if it is too large or not a JSON object."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > _MOST_BYTES:
            raise ApiError(f"The request is larger than {_MOST_BYTES // 1_000_000} MB.", 413)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ApiError("The body of your request must be a JSON object.")
    return body


async def _api_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, ApiError)
    wait = {} if error.retry_after is None else {"retry-after": f"{error.retry_after:g}"}
    return JSONResponse(error.body, error.status, wait)


async def _not_found(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return JSONResponse(ApiError(f"Invalid URL ({request.method} {request.url.path})").body, 404)
