"""The routes of the demo model, with scripted answers in front, and the routes that script them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agentex_web.demo_model import app as demo_app
from agentex_web.demo_model.answers import ApiError
from agentex_web.demo_model.app import APIS, json_object
from agentex_web.demo_model.demo import Demo
from tests.support.model_server.delivery import Delivery
from tests.support.model_server.holds import Holds
from tests.support.model_server.records import RequestLog
from tests.support.model_server.scripts import ScriptBook, Scripted


class Service:
    """The server's state between requests."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.scripts = ScriptBook()
        self.requests = RequestLog()
        self.holds = Holds()


def create_app(demo: Demo) -> Starlette:
    """The application. `demo` answers requests that match no script."""
    service = Service(demo)
    calls = [Route(path, _model_call(service), methods=["POST"]) for path in APIS]
    return demo_app.create_app([*calls, *_script_routes(service)])


def _model_call(service: Service) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        read, render = APIS[request.url.path]
        body = await json_object(request)
        record = service.requests.open(request.url.path, dict(request.headers), body)
        try:
            prompt = read(body)
            record.last_user_text = "".join(prompt.user_texts[-1:])
            scripted = service.scripts.take(prompt) or Scripted(service.demo.answer(prompt))
            if scripted.error:
                raise scripted.error
        except ApiError as error:
            record.status = error.status
            # The request is invalid, or a script or command asked for this fault.
            record.end("rejected" if error.status == 400 and error.param else "fault")
            raise
        answer = service.demo.paced(scripted.answer)
        hold = service.holds.register("".join(prompt.user_texts[-1:])) if scripted.hold_after else None
        return Delivery(render(prompt, answer), answer, scripted, record, hold, bool(body.get("stream")))

    return endpoint


def _script_routes(service: Service) -> list[Route]:
    async def add(request: Request) -> Response:
        return JSONResponse({"waiting": service.scripts.add(await json_object(request))})

    async def clear(request: Request) -> Response:
        service.scripts.clear()
        service.requests.clear()
        service.holds.release(None, for_good=True)
        return JSONResponse({"waiting": 0})

    async def requests(request: Request) -> Response:
        return JSONResponse({"requests": service.requests.as_json()})

    async def release(request: Request) -> Response:
        match = (await json_object(request)).get("match")
        return JSONResponse({"released": service.holds.release(match)})

    return [
        Route("/script", add, methods=["POST"]),
        Route("/script", clear, methods=["DELETE"]),
        Route("/script/requests", requests, methods=["GET"]),
        Route("/script/release", release, methods=["POST"]),
    ]
