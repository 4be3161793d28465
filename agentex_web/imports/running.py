"""Imports uploaded files, in a worker. One worker imports two files at a time, of different people.

The row says how far an import is. If a worker dies, another one reads the file again: chats that are there
already are recognised.
"""

import asyncio
import logging
import time
from contextlib import aclosing
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError
from django.db.models import F, Q
from django.utils import timezone

from agentex_web.imports.conversation import TOO_MUCH, NotReadable
from agentex_web.imports.models import Import, forget_file
from agentex_web.imports.reading import read_export
from agentex_web.journal.imports import import_chat
from agentex_web.journal.record import report_chat
from agentex_web.tasks.models import Agent, Task
from agentex_web.tasks.permissions import usable_agents
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

REPORT_SECONDS = 1.0
LIST_SECONDS = 10.0
"""Between two updates of the person's list of chats while an import runs."""
LOST = timedelta(seconds=90)
"""After this time without a report, an import's worker counts as dead. One conversation may take a minute."""
MOST_ATTEMPTS = 5
"""How often an import is begun. If its worker dies or fails each time, that is because of the file."""
LINKED = 20
"""How many of the imported chats the page links to, at most."""
GONE = "The uploaded file is gone. Import it again."


async def import_next() -> bool:
    """Imports the file that has waited longest. Returns False if none waits."""
    row = await in_database(_claim)
    if row is None:
        return False
    await _Running(row).run()
    return True


def _claim() -> Import | None:
    now = timezone.now()
    running = Q(status=Import.Status.RUNNING)
    lost = running & Q(seen_at__lt=now - LOST)
    busy = Import.objects.filter(running & ~lost).values("owner")
    due = Q(status=Import.Status.WAITING) | lost
    waiting = Import.objects.filter(due, owner__is_active=True).exclude(owner__in=busy)
    row = waiting.order_by("created_at").first()
    if row is None:
        return None
    # Another worker may have claimed it a moment ago.
    mine = Import.objects.filter(pk=row.pk, status=row.status, seen_at=row.seen_at)
    begun = {"status": Import.Status.RUNNING, "seen_at": now, "attempts": F("attempts") + 1}
    claimed = mine.update(**begun, known=0, empty=0, left_out=0)
    return Import.objects.select_related("agent", "owner").filter(pk=row.pk).first() if claimed else None


class _Gone(Exception):
    """The uploaded file is gone."""


class _Deactivated(Exception):
    """The account of the file's owner was deactivated or deleted."""


class _Running:
    def __init__(self, row: Import) -> None:
        self.row = row
        # Those that a worker imported before it died are not "imported before".
        self._made_before = row.made
        self._reported = self._listed = time.monotonic()

    async def run(self) -> None:
        status, error = Import.Status.DONE, ""
        try:
            if self.row.attempts > MOST_ATTEMPTS:
                raise NotReadable(TOO_MUCH)
            agents, body = await in_database(self._begin)
            async with aclosing(read_export(body)) as conversations:
                async for found in conversations:
                    await self._take(found, agents)
                    if not await self._report(found):
                        break
        except NotReadable as unreadable:
            status, error = Import.Status.FAILED, str(unreadable)
        except _Gone as gone:
            logger.warning("Import %s: %s", self.row.pk, gone)
            status, error = Import.Status.FAILED, GONE
        except _Deactivated:
            # It continues if the account is activated again. Row and file of a deleted account are gone.
            await in_database(self._wait)
            return
        except asyncio.CancelledError:
            # This worker stops, and another one continues.
            await in_database(self._wait)
            raise
        await in_database(self._end, status, error)
        await report_chat(self.row.owner_id)

    def _begin(self) -> tuple[dict[str, Agent], bytes]:
        agents = {each.pk: each for each in usable_agents(self.row.owner)}
        if not self.row.file:
            raise _Gone(self.row.name)
        try:
            with self.row.file.open() as file:
                return agents, file.read()
        except FileNotFoundError as error:
            raise _Gone(str(error)) from error

    async def _take(self, found: dict[str, Any], agents: dict[str, Agent]) -> None:
        row = self.row
        if "oversized" in found:
            row.left_out += 1
        elif not found["turns"]:
            row.empty += 1
        else:
            agent = agents.get(found["agent"], row.agent)
            try:
                task = await in_database(self._import, agent, found)
            except (OperationalError, _Deactivated):
                raise  # The database is unavailable, or the account inactive: the import continues later.
            except Exception:
                logger.exception("Import %s: a chat was left out", row.pk)
                row.left_out += 1
                return
            if task is not None:
                row.made += 1
                row.first = [*row.first, str(task.pk)][:LINKED]
            elif self._made_before:
                self._made_before -= 1
            else:
                row.known += 1

    def _import(self, agent: Agent, found: dict[str, Any]) -> Task | None:
        if not User.objects.filter(pk=self.row.owner_id, is_active=True).exists():
            raise _Deactivated
        return import_chat(self.row.owner_id, agent, found)

    async def _report(self, found: dict[str, Any]) -> bool:
        """Writes the progress from time to time. Returns False if it was stopped or another worker has it."""
        now = time.monotonic()
        if now - self._reported < REPORT_SECONDS:
            return True
        self._reported, self.row.percent = now, int(found["share"] * 100)
        is_running = await in_database(self._write)
        if is_running and now - self._listed > LIST_SECONDS:
            self._listed = now
            await report_chat(self.row.owner_id)
        return is_running

    def _write(self, **changes: Any) -> bool:
        row = self.row
        counts = {
            name: getattr(row, name) for name in ("percent", "made", "known", "empty", "left_out", "first")
        }
        # If this process slept for long, another may have claimed the import; seen_at is different then.
        mine = Import.objects.filter(pk=row.pk, status=Import.Status.RUNNING, seen_at=row.seen_at)
        now = timezone.now()
        if not mine.update(seen_at=now, **counts, **changes):
            return False
        row.seen_at = now
        return True

    def _wait(self) -> None:
        # What ended it is not the file's fault, so this was no attempt.
        self._write(status=Import.Status.WAITING, attempts=max(self.row.attempts - 1, 0))

    def _end(self, status: Import.Status, error: str) -> None:
        if status == Import.Status.DONE:
            self.row.percent = 100
        if self._write(status=status, error=error):
            forget_file(self.row)
            Import.objects.filter(pk=self.row.pk).update(file="")
