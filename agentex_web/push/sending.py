"""Sends a notification to one browser, encrypted for it (RFC 8291)."""

import asyncio
import json
import logging
import time
from enum import Enum
from typing import Any

import httpx2
from django.conf import settings

from agentex_web.push.addresses import NotAllowed, parsed, resolved
from agentex_web.push.encryption import encrypted
from agentex_web.push.keys import decoded, vapid
from agentex_web.push.models import Subscription

logger = logging.getLogger(__name__)

SECONDS = 10
PAUSES = (1.0, 5.0)
"""Seconds before the second and the third attempt."""
TOKEN_SECONDS = 12 * 3_600
KEPT_SECONDS = 24 * 3_600
"""How long the push service stores a notification for a browser that is not running."""
LENGTH = 3_000
"""Maximum bytes of a notification. Services accept 4,096 bytes, including what the encryption adds."""
GONE = (404, 410)


class Outcome(Enum):
    SENT = "sent"
    GONE = "gone"
    """The browser does not want notifications any more, or cannot be sent any."""
    FAILED = "failed"


def body_of(subscription: Subscription, message: dict[str, Any]) -> bytes:
    """The encrypted notification, without its body text if it would be too long.

    Raises:
        ValueError: the browser's keys are invalid.
    """
    text = json.dumps(message, ensure_ascii=False).encode()
    if len(text) > LENGTH:
        text = json.dumps({**message, "body": ""}, ensure_ascii=False).encode()
    return encrypted(text, decoded(subscription.p256dh), decoded(subscription.auth))


async def send(subscription: Subscription, message: dict[str, Any], *, urgent: bool) -> Outcome:
    """Sends the notification, in up to three attempts. Faults of the browser or its service do not raise."""
    for pause in (*PAUSES, None):
        try:
            status = await _post(subscription, message, urgent=urgent)
        except NotAllowed as refused:
            logger.warning("A browser of person %s is forgotten: %s", subscription.person_id, refused)
            return Outcome.GONE
        except ValueError as error:
            logger.warning("A browser of person %s has unusable keys: %s", subscription.person_id, error)
            return Outcome.GONE
        except (httpx2.HTTPError, OSError) as error:
            status, reason = 0, str(error) or type(error).__name__
        else:
            reason = f"status {status}"
        if 200 <= status < 300:
            return Outcome.SENT
        if status in GONE:
            return Outcome.GONE
        if pause is None or 0 < status < 500 and status != 429:
            break
        await asyncio.sleep(pause)
    logger.warning("A notification for person %s was not delivered: %s", subscription.person_id, reason)
    return Outcome.FAILED


async def _post(subscription: Subscription, message: dict[str, Any], *, urgent: bool) -> int:
    endpoint = parsed(subscription.endpoint)
    address = await resolved(endpoint)
    claims = {
        "aud": endpoint.origin,
        "exp": int(time.time()) + TOKEN_SECONDS,
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}",
    }
    headers = {
        **vapid().sign(claims),
        "Host": endpoint.origin.partition("://")[2],
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Urgency": "high" if urgent else "normal",
    }
    if topic := str(message.get("topic", "")):
        # A later notification of the same chat replaces one that the service has not delivered yet.
        headers["Topic"] = topic
    url = httpx2.URL(endpoint.url).copy_with(host=address)
    async with (
        httpx2.AsyncClient(timeout=SECONDS, trust_env=False, follow_redirects=False) as client,
        client.stream(
            "POST",
            url,
            content=body_of(subscription, message),
            headers=headers,
            extensions={"sni_hostname": endpoint.host},
        ) as response,
    ):
        return response.status_code
