"""Recurring jobs that each worker runs besides serving its task queue.

Each duty has its own loop, so a duty that fails or waits for a slow mail server does not delay the others.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
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
from agentex_web.worker.deactivated import stop_deactivated
from agentex_web.worker.deletions import remove_deleted
from agentex_web.worker.news_mail import send_news
from agentex_web.worker.old_payloads import forget_payloads
from agentex_web.worker.outbox import end_lost_turns, sweep
from agentex_web.worker.reminders import send_reminders

logger = logging.getLogger(__name__)

Duty = Callable[[], Awaitable[object]]

HOUR = 3_600.0


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


DUTIES: dict[str, tuple[Duty, float]] = {
    "The outbox": (sweep, 2.0),
    "The end of lost turns": (_end_lost_turns, 4.0),
    "The end of deactivated accounts' turns": (stop_deactivated, 4.0),
    "The deletions": (_delete, 2.0),
    "The deletion of accounts": (_delete_accounts, 5.0),
    "The schedules": (_update_schedules, 2.0),
    "The mail": (_send_mail, 5.0),
    "The notification of watchers": (signal_watchers, 2.0),
    "The imports": (import_next, 2.0),
    "The second import at a time": (import_next, 3.0),
    "The clean-up": (_clean_up, HOUR),
}
"""The duties by name, each with the seconds between two runs."""


def loops() -> dict[str, Loop]:
    """Returns the loops of all duties, to be run while the worker serves."""
    return {name: partial(repeated, name, duty, seconds) for name, (duty, seconds) in DUTIES.items()}


async def repeated(name: str, duty: Duty, seconds: float) -> None:
    """Repeats a duty for ever. Errors are logged; the next run may find the database or Temporal back."""
    while True:
        try:
            await duty()
        except TemporalMissing as error:
            logger.warning("%s waits for Temporal: %s", name, error)
        except Exception:
            logger.exception("%s failed and will be tried again", name)
        await asyncio.sleep(seconds)
