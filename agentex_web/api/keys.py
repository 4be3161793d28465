"""Who a request comes from: the API key in its `Authorization` header. A session cookie never counts."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from agentex_web.accounts import api_keys
from agentex_web.accounts.models import ApiKey
from agentex_web.limits.counting import Limit, hit
from agentex_web.limits.people import TooMany, count_api_request
from agentex_web.tasks.threads import in_database

SCHEME = "bearer"
MINUTE = 60


async def key_of(request: HttpRequest) -> ApiKey | None:
    """The request's valid API key, with ``.person``; None if it has none.

    Raises:
        TooMany: the person has made too many requests; or too many with invalid keys came from this network
            address. Valid keys still work: a key cannot be guessed, so the limit only keeps programs with an
            old key from costing much.
    """
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not (text := text.strip()):
        return None
    key = await in_database(api_keys.find, text)
    if key is None:
        await _count_failure(request)
    else:
        await count_api_request(key.person_id)
    return key


async def _count_failure(request: HttpRequest) -> None:
    limit = Limit("key-from", settings.AGENTEX_ADDRESS_ATTEMPTS, MINUTE)
    found = await hit(limit, get_adapter().get_client_ip(request))
    if found.exceeds(limit):
        raise TooMany("Too many requests with an invalid API key from your network.", found.wait)
