"""Ids of what a request creates, so that a repeated request creates nothing more."""

import uuid

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from agentex_web.api.problems import Problem
from agentex_web.api.site import person

HEADER = "Idempotency-Key"
LONGEST = 255
SALT = "agentex_web.api.idempotency"


def id_for(request: HttpRequest, given: uuid.UUID | None, what: str) -> uuid.UUID:
    """The id of what the request creates: as given, else made from its `Idempotency-Key`, else a new one.

    Args:
        what: tells apart the requests that a person sends with one key, such as messages to two tasks.

    Raises:
        Problem: the header is too long.
    """
    if given is not None:
        return given
    key = request.headers.get(HEADER, "")
    if len(key) > LONGEST:
        raise Problem(422, f"The header `{HEADER}` has up to {LONGEST} characters.")
    if not key:
        return uuid.uuid4()
    # Signed, so that nobody can take the id before.
    made = salted_hmac(SALT, f"{person(request).pk}/{what}/{key}", algorithm="sha256").digest()
    return uuid.UUID(bytes=made[:16], version=5)
