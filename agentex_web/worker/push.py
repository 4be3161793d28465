"""Sends push notifications to people's browsers about what happened while they had no page open."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from agentex_web.background import in_background
from agentex_web.push import news, subscriptions
from agentex_web.push.models import Subscription
from agentex_web.push.news import News
from agentex_web.push.sending import Outcome, send
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""Requests to one person's browsers at the same time."""
WAITING = 50
"""Notifications of one person that may wait; if there are more, the oldest are not sent."""


class Notifications:
    """Sends each person's notifications one after the other: a slow push service delays nobody else's."""

    def __init__(self) -> None:
        self._due: dict[int, deque[News]] = {}

    async def sweep(self) -> list[asyncio.Task[int]]:
        """Takes what is due. Returns the tasks that send it to people to whom nothing is being sent yet."""
        started = []
        for each in await in_database(news.take_due):
            if (due := self._due.get(each.person_id)) is not None:
                due.append(each)
                continue
            self._due[each.person_id] = deque([each], maxlen=WAITING)
            name = f"Person {each.person_id}: notifications"
            started.append(in_background(self._send_to(each.person_id), name))
        return started

    async def _send_to(self, person_id: int) -> int:
        """Sends what is due to the person; returns how many notifications the push services accepted."""
        sent = 0
        free = asyncio.Semaphore(AT_ONCE)
        try:
            while due := self._due[person_id]:
                each = due.popleft()
                browsers = await in_database(news.browsers_of, person_id)
                sent += sum(await asyncio.gather(*(_send(browser, each, free) for browser in browsers)))
        finally:
            del self._due[person_id]
        return sent


async def send_notifications(pause: Callable[[], Awaitable[object]]) -> None:
    """Sends due notifications while the worker runs.

    Args:
        pause: waits for the time of the next sweep.
    """
    notifications = Notifications()
    sending: set[asyncio.Task[int]] = set()
    try:
        while True:
            for task in await notifications.sweep():
                sending.add(task)
                task.add_done_callback(sending.discard)
            await pause()
    finally:
        for task in sending:
            task.cancel()


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
