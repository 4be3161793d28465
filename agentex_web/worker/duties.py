"""Recurring jobs that each worker runs besides serving its task queue.

Each duty has its own loop, so a duty that fails or waits for a slow mail server does not delay the others. It
runs when it may have something to do (due.py).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from agentex_web.accounts.deletion import delete_accounts
from agentex_web.background import Loop
from agentex_web.delivery.client import TemporalMissing, temporal_client
from agentex_web.imports import uploads
from agentex_web.imports.running import import_next
from agentex_web.push import news
from agentex_web.schedules.temporal import update_all
from agentex_web.tasks import attachments, due_deletions, titles
from agentex_web.tasks.threads import in_database
from agentex_web.watches.telling import signal_watchers
from agentex_web.worker import due
from agentex_web.worker.deactivated import stop_deactivated
from agentex_web.worker.deletions import remove_deleted
from agentex_web.worker.due import Conditions, Due
from agentex_web.worker.news_mail import send_news
from agentex_web.worker.old_payloads import forget_payloads
from agentex_web.worker.outbox import end_lost_turns, sweep
from agentex_web.worker.push import send_notifications
from agentex_web.worker.reminders import send_reminders
from agentex_web.worker.suggestions import suggest_after_answers
from agentex_web.worker.titles import title_due_chats

logger = logging.getLogger(__name__)

HOUR = 3_600.0
PUSH_SECONDS = 3.0
"""Between two searches for notifications."""


async def _end_lost_turns() -> None:
    await end_lost_turns(await temporal_client())


async def _delete() -> None:
    await in_database(due_deletions.delete_due)
    await remove_deleted(await temporal_client())


async def _delete_accounts() -> None:
    await in_database(delete_accounts)


async def _update_schedules() -> None:
    await update_all(await temporal_client())


async def _send_mail() -> None:
    await send_reminders()
    await send_news()


async def _clean_up() -> None:
    await in_database(titles.give_up_old)
    await in_database(attachments.forget_unsent)
    await in_database(news.forget_old)
    await in_database(uploads.forget_old)
    await forget_payloads(await temporal_client())


@dataclass(frozen=True)
class Duty:
    """A recurring job.

    Attributes:
        run: one run.
        seconds: the pause between two runs.
        conditions: when it may have something to do; without any, it runs after each pause.
    """

    run: Callable[[], Awaitable[object]]
    seconds: float
    conditions: Conditions = ()


DUTIES = {
    "The outbox": Duty(sweep, 2.0, due.DELIVERIES),
    "The end of lost turns": Duty(_end_lost_turns, 4.0, due.OPEN_TURNS),
    "The end of deactivated accounts' turns": Duty(stop_deactivated, 4.0, due.OPEN_TURNS),
    "The deletions": Duty(_delete, 2.0, due.DELETIONS),
    "The deletion of accounts": Duty(_delete_accounts, 5.0, due.ACCOUNT_DELETIONS),
    "The schedules": Duty(_update_schedules, 2.0, due.SCHEDULES),
    "The mail": Duty(_send_mail, 5.0, due.MAIL),
    "The notification of watchers": Duty(signal_watchers, 2.0, due.WATCHERS),
    "The imports": Duty(import_next, 2.0, due.IMPORTS),
    "The second import at a time": Duty(import_next, 3.0, due.IMPORTS),
    "The titles": Duty(title_due_chats, 2.0, due.TITLES),
    "The suggestions": Duty(suggest_after_answers, 1.0, due.SUGGESTIONS),
    "The clean-up": Duty(_clean_up, HOUR),
}
"""The duties by name."""
_NOTIFICATIONS = "The notifications"


def loops() -> dict[str, Loop]:
    """Returns the loops of all duties, to be run while the worker serves."""
    conditions = {name: duty.conditions for name, duty in DUTIES.items() if duty.conditions}
    wake = Due({**conditions, _NOTIFICATIONS: due.NOTIFICATIONS})
    pauses = {
        name: partial(wake.next, name, duty.seconds)
        if duty.conditions
        else partial(asyncio.sleep, duty.seconds)
        for name, duty in DUTIES.items()
    }
    return {
        "The search for what is due": wake.watch,
        **{name: partial(repeated, name, duty.run, pauses[name]) for name, duty in DUTIES.items()},
        _NOTIFICATIONS: partial(send_notifications, partial(wake.next, _NOTIFICATIONS, PUSH_SECONDS)),
    }


async def repeated(
    name: str, run: Callable[[], Awaitable[object]], pause: Callable[[], Awaitable[object]]
) -> None:
    """Repeats a duty for ever. Errors are logged; the next run may find the database or Temporal back.

    Args:
        pause: waits for the time of the next run.
    """
    while True:
        try:
            await run()
        except TemporalMissing as error:
            logger.warning("%s waits for Temporal: %s", name, error)
        except Exception:
            logger.exception("%s failed and will be tried again", name)
        await pause()
