"""The codec endpoint, with which Temporal's web UI shows decrypted payloads to staff.

The protocol is Temporal's: https://docs.temporal.io/codec-server. The UI runs at another origin and sends
this site's cookies, so its origin must be configured in the settings.
"""

import json
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads

from agentex_web.encryption.codec import CannotDecrypt
from agentex_web.encryption.converter import codec
from agentex_web.services import temporal_ui_url

View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]


def _for_temporal_ui(view: View) -> View:
    """Answers the UI's CORS preflight, and lets only the UI's origin read the response."""

    @wraps(view)
    async def guarded(request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        if not origin or origin.rstrip("/") != temporal_ui_url().rstrip("/"):
            return HttpResponseForbidden("Only Temporal's web UI may ask.")
        response = HttpResponse(status=204) if request.method == "OPTIONS" else await view(request)
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Headers"] = "content-type, x-namespace"
        response.headers["Vary"] = "Origin"
        return response

    return guarded


# Exempt from CSRF checks: the UI has no token of this site. The origin is checked above, and the view changes
# nothing.
@csrf_exempt
@_for_temporal_ui
async def decode(request: HttpRequest) -> HttpResponse:
    """Decrypts payloads for staff: ``{"payloads": [{"metadata": …, "data": …}]}``, in protobuf's JSON."""
    user = await request.auser()
    if not (user.is_active and user.is_staff):
        return HttpResponse("Log in to Agentex Web as staff first.", status=401)
    own = codec()
    if request.method != "POST" or own is None:
        return HttpResponse(status=405 if own else 404)
    if request.headers.get("X-Namespace", settings.TEMPORAL_NAMESPACE) != settings.TEMPORAL_NAMESPACE:
        return HttpResponse("Another namespace.", status=403)
    try:
        given = json_format.Parse(request.body, Payloads())
        found = await own.decode(given.payloads)
    except (json_format.ParseError, CannotDecrypt, UnicodeDecodeError) as error:
        return HttpResponse(str(error)[:200], status=400, content_type="text/plain")
    return JsonResponse(json.loads(json_format.MessageToJson(Payloads(payloads=found))))
