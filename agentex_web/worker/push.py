"""Sends push notifications to people's browsers about what happened while they had no page open."""

import asyncio
import logging

from agentex_web.push import news, subscriptions
from agentex_web.push.models import Subscription
from agentex_web.push.news import News
from agentex_web.push.sending import Outcome, send
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 3.0
AT_ONCE = 8


async def send_notifications() -> None:
    """Sends due notifications while the worker runs."""
    while True:
        await push_news()
        await asyncio.sleep(SWEEP_SECONDS)


async def push_news() -> int:
    """Sends the notifications that are due; returns how many the push services accepted."""
    found = await in_database(news.take_due)
    free = asyncio.Semaphore(AT_ONCE)
    sent = [
        _send(browser, each, free)
        for each in found
        for browser in await in_database(news.browsers_of, each.person_id)
    ]
    return sum(await asyncio.gather(*sent))


async def _send(browser: Subscription, notification: News, free: asyncio.Semaphore) -> bool:
    async with free:
        outcome = await send(browser, notification.message, urgent=notification.urgent)
    if outcome is Outcome.GONE:
        await in_database(browser.delete)
    elif outcome is Outcome.FAILED:
        await in_database(subscriptions.failed, browser)
    elif browser.failures:
        await in_database(Subscription.objects.filter(pk=browser.pk).update, failures=0)
    return outcome is Outcome.SENT
