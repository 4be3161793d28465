"""The views' frame: the API key, the methods, and errors in OpenAI's form whatever happens."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from agentex_web.accounts.models import ApiKey
from agentex_web.actions.refused import Refused
from agentex_web.api.keys import key_of
from agentex_web.api.openai.errors import ApiError, no_key
from agentex_web.journal.listing import ChatMissing
from agentex_web.limits.people import TooMany

logger = logging.getLogger(__name__)

Handler = Callable[..., Awaitable[HttpResponseBase]]
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def endpoint(**handlers: Handler) -> View:
    """A view of the interface. Each handler is called with the request, its key, and the address's parts.

    Needs no CSRF token, because a session's cookie counts for nothing here.

    Args:
        handlers: by the method's name in lower case.
    """

    @csrf_exempt
    async def view(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        try:
            with translation.override("en"):
                return await _handled(request, handlers, parts)
        except ApiError as error:
            return error.response
        except TooMany as many:
            return ApiError(str(many), 429, code="rate_limit_exceeded", retry_after=many.seconds).response
        except Refused as refused:
            return _refusal(refused).response
        except Http404 as missing:
            return ApiError(str(missing), 404, code="not_found").response
        except ChatMissing:
            # Another request has deleted it at this moment.
            return ApiError("There is no such chat.", 404, code="not_found").response
        except Exception as error:
            if isinstance(error, DataError) and "NUL" in str(error):
                return ApiError("There is a NUL in the request.").response
            logger.exception("A request to %s failed", request.path)
            return ApiError("The server failed to answer. Its log has the reason.", 500).response

    return view


def _refusal(refused: Refused) -> ApiError:
    code = {429: "rate_limit_exceeded", 413: "file_too_large"}.get(refused.status)
    return ApiError(refused.reason, refused.status, code=code, retry_after=refused.retry_after)


async def _handled(
    request: HttpRequest, handlers: dict[str, Handler], parts: dict[str, Any]
) -> HttpResponseBase:
    method = (request.method or "").lower()
    handler = handlers.get("get" if method == "head" else method)
    if handler is None:
        response = ApiError(f"{request.path} does not accept {request.method}.", 405).response
        response.headers["Allow"] = ", ".join(sorted(name.upper() for name in handlers))
        return response
    key: ApiKey | None = await key_of(request)
    if key is None:
        raise no_key()
    return await handler(request, key, **parts)


@csrf_exempt
async def unknown(_: HttpRequest, rest: str = "") -> HttpResponseBase:
    """All other addresses below /v1/."""
    return ApiError(
        f"There is no /v1/{rest[:200]} here. Agents are reached through /v1/responses and "
        "/v1/chat/completions.",
        404,
        code="not_found",
    ).response
