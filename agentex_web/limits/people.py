"""Rate limits for people, from the settings."""

from django.conf import settings
from django.utils.translation import ngettext

from agentex_web.limits.counting import Limit, hit
from agentex_web.limits.words import in_words

MINUTE, DAY = 60, 86_400


class TooMany(Exception):
    """A limit is exceeded. The message says which one and for how long; ``seconds`` has the time too."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.seconds = seconds


async def count_message(user_id: int) -> None:
    """Counts a message that a person sends, including resent ones.

    Raises:
        TooMany: the limit is exceeded (also in `count_upload` and `count_search`).
    """
    await _count(
        Limit("messages", settings.AGENTEX_MESSAGES_PER_MINUTE, MINUTE),
        user_id,
        ngettext(
            "You can send %(count)s message a minute. Try again in %(time)s.",
            "You can send %(count)s messages a minute. Try again in %(time)s.",
            settings.AGENTEX_MESSAGES_PER_MINUTE,
        ),
    )


async def count_upload(user_id: int) -> None:
    await _count(
        Limit("uploads", settings.AGENTEX_UPLOADS_PER_MINUTE, MINUTE),
        user_id,
        ngettext(
            "You can send %(count)s file a minute. Try again in %(time)s.",
            "You can send %(count)s files a minute. Try again in %(time)s.",
            settings.AGENTEX_UPLOADS_PER_MINUTE,
        ),
    )


async def count_import(user_id: int) -> None:
    """Counts a file of chats: each may add a gigabyte to the database, which no quota of files includes."""
    await _count(
        Limit("imports", settings.AGENTEX_IMPORTS_PER_DAY, DAY),
        user_id,
        ngettext(
            "You can import %(count)s file a day. Try again in %(time)s.",
            "You can import %(count)s files a day. Try again in %(time)s.",
            settings.AGENTEX_IMPORTS_PER_DAY,
        ),
    )


async def count_search(user_id: int) -> None:
    await _count(
        Limit("searches", settings.AGENTEX_SEARCHES_PER_MINUTE, MINUTE),
        user_id,
        ngettext(
            "You can search %(count)s time a minute. Try again in %(time)s.",
            "You can search %(count)s times a minute. Try again in %(time)s.",
            settings.AGENTEX_SEARCHES_PER_MINUTE,
        ),
    )


async def count_api_request(user_id: int) -> None:
    await _count(
        Limit("api", settings.AGENTEX_API_REQUESTS_PER_MINUTE, MINUTE),
        user_id,
        # Not translated, as the API speaks English.
        "You can send %(count)s requests a minute to the API. Try again in %(time)s.",
    )


async def _count(limit: Limit, user_id: int, sentence: str) -> None:
    if not limit.count:
        return
    found = await hit(limit, str(user_id))
    if found.exceeds(limit):
        raise TooMany(sentence % {"count": limit.count, "time": in_words(found.wait)}, found.wait)
