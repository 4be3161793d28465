"""Sends push notifications to people's browsers about what happened while they had no page open."""

import asyncio
import itertools
import logging

from agentex_web.push import news, subscriptions
from agentex_web.push.models import Subscription
from agentex_web.push.news import News
from agentex_web.push.sending import Outcome, send
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 3.0
TIDY_EVERY = 1_200
"""Number of sweeps between two deletions of old entries (one hour)."""
AT_ONCE = 8


async def push_for_ever() -> None:
    """Sends due notifications while the worker runs."""
    for number in itertools.count():
        await push_news()
        if number % TIDY_EVERY == 0:
            await in_database(news.forget_old)
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


async def _send(browser: Subscription, told: News, free: asyncio.Semaphore) -> bool:
    async with free:
        outcome = await send(browser, told.message, urgent=told.urgent)
    if outcome is Outcome.GONE:
        await in_database(browser.delete)
    elif outcome is Outcome.FAILED:
        await in_database(subscriptions.failed, browser)
    elif browser.failures:
        await in_database(Subscription.objects.filter(pk=browser.pk).update, failures=0)
    return outcome is Outcome.SENT
