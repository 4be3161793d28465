"""Reads the JSON of requests, within limits."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.parser import Parser

from agentex_web.api.problems import Problem
from agentex_web.computing import computed
from agentex_web.strict_json import strict_json

READ = "_agentex_json"
LARGE = 65_536
"""Bodies with more bytes are read in a thread: 2 MB of nested lists take a second."""


class Bodies(Parser):
    """ninja's parser, which only JSON reaches."""

    def parse_body(self, request: HttpRequest) -> Any:
        found = getattr(request, READ, None)
        return found[0] if found else parsed(request)


async def read_ahead(request: HttpRequest) -> None:
    """Reads a large JSON body in a thread, before its operation needs it.

    Raises:
        Problem: it is too large, or no JSON.
        RequestDataTooBig: it says so itself.
    """
    if request.content_type == "application/json" and len(request.body) > LARGE:
        found = await computed(parsed, request)
        setattr(request, READ, (found,))


def parsed(request: HttpRequest) -> Any:
    """The JSON of the request.

    Raises:
        Problem: it is too large, or no JSON.
    """
    if request.content_type != "application/json":
        raise Problem(415, "Send JSON, with the header `Content-Type: application/json`.")
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    # Django compares the announced length only; a body in chunks announces none.
    if len(request.body) > limit:
        raise Problem(413, f"The body is too large; the limit is {limit:,} bytes.")
    try:
        return strict_json(request.body)
    except UnicodeDecodeError:
        raise Problem(400, "The body is not UTF-8.") from None
    except RecursionError:
        raise Problem(400, "The body is nested too deeply.") from None
    except ValueError as error:
        raise Problem(400, f"The body is not JSON: {error}"[:300]) from None
