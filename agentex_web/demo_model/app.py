"""The Starlette application: the OpenAI API's routes and the routes that script it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from . import chat_input, responses_input
from .answers import Answer, Json, Rendering
from .chat_completions import ChatRendering
from .delivery import Delivery
from .errors import ApiError, error_body
from .one_line import OneLinePerRequest
from .prompt import Prompt
from .responses_api import ResponsesRendering
from .service import Service

# Names for `GET /v1/models`; a request may name any model and the demo model answers.
_MODELS = ("demo", "demo-reasoning")


def create_app(service: Service) -> ASGIApp:
    """The application around `service`."""
    app = Starlette(
        routes=[
            Route("/v1/responses", _model_call(responses_input.read, ResponsesRendering), methods=["POST"]),
            Route("/v1/chat/completions", _model_call(chat_input.read, ChatRendering), methods=["POST"]),
            Route("/v1/models", _models, methods=["GET"]),
            Route("/v1/models/{name}", _model, methods=["GET"]),
            Route("/healthz", _healthz, methods=["GET"]),
            Route("/script", _add_scripts, methods=["POST"]),
            Route("/script", _clear, methods=["DELETE"]),
            Route("/script/requests", _requests, methods=["GET"]),
            Route("/script/release", _release, methods=["POST"]),
        ],
        exception_handlers={ApiError: _api_error, HTTPException: _http_error},
    )
    app.state.service = service
    return OneLinePerRequest(app)


def _model_call(
    read: Callable[[Json], Prompt], render: Callable[[Prompt, Answer], Rendering]
) -> Callable[[Request], Awaitable[Response | Delivery]]:
    """The endpoint that answers model calls of one API."""

    async def endpoint(request: Request) -> Response | Delivery:
        service: Service = request.app.state.service
        body = await _json_object(request)
        record = service.requests.open(request.url.path, dict(request.headers), body)
        request.scope["record"] = record
        try:
            prompt = read(body)
            record.last_user_text = prompt.last_user_text
            answer = service.answer(prompt)
        except ApiError as error:
            record.status = error.status
            record.end("rejected")
            raise
        fault = answer.fault
        if fault and fault.kind == "status":
            record.status = fault.status
            record.end("fault")
            raise ApiError(fault.message, status=fault.status, code=fault.code, retry_after=fault.retry_after)
        hold = None if answer.hold_after is None else service.holds.register(prompt.last_user_text)
        return Delivery(render(prompt, answer), answer, record, hold, streamed=bool(body.get("stream")))

    return endpoint


async def _models(request: Request) -> Response:
    return JSONResponse({"object": "list", "data": [_model_object(name) for name in _MODELS]})


async def _model(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _MODELS:
        message = f"The model '{name}' does not exist."
        raise ApiError(message, status=404, param="model", code="model_not_found")
    return JSONResponse(_model_object(name))


def _model_object(name: str) -> Json:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "agentex-web"}


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _add_scripts(request: Request) -> Response:
    service: Service = request.app.state.service
    return JSONResponse({"waiting": service.scripts.add(await _json_object(request))})


async def _clear(request: Request) -> Response:
    service: Service = request.app.state.service
    service.scripts.clear()
    service.requests.clear()
    service.holds.release(None)
    return JSONResponse({"waiting": 0})


async def _requests(request: Request) -> Response:
    service: Service = request.app.state.service
    return JSONResponse({"requests": service.requests.as_json()})


async def _release(request: Request) -> Response:
    service: Service = request.app.state.service
    body = await _json_object(request) if await request.body() else {}
    return JSONResponse({"released": service.holds.release(body.get("match"))})


async def _json_object(request: Request) -> Json:
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise ApiError("We could not parse the JSON body of your request.") from error
    if not isinstance(body, dict):
        raise ApiError("The body of your request must be a JSON object.")
    return body


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return error.response()


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    invalid_url = f"Invalid URL ({request.method} {request.url.path})"
    message = invalid_url if error.status_code == 404 else error.detail
    return JSONResponse(error_body(message, error.status_code), status_code=error.status_code)
