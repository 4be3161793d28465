"""Follows a task for one client: a snapshot, then everything that happens, without a gap (invariant 3)."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404
from django.utils import timezone, translation

from agentex_web.accounts.api_keys import still_works
from agentex_web.accounts.models import ApiKey
from agentex_web.actions.access import get_readable_task
from agentex_web.actions.open_sockets import TooManySockets, open_sockets
from agentex_web.actions.versions import PageVersion
from agentex_web.api import current
from agentex_web.api.live_state import Gap, LiveState, moment_of
from agentex_web.api.settling import KIND
from agentex_web.api.sse import COMMENT, event, mark
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import BranchChanged, StopRequested, TaskDeleted, TitleChanged, TurnChanged
from agentex_web.streams.keys import UNKNOWN
from agentex_web.streams.reader import Resync, Subscription, stream_reader
from agentex_web.streams.snapshot import CLOCK_SKEW, read_snapshot
from agentex_web.tasks.models import Turn
from agentex_web.tasks.queries import version_of
from agentex_web.tasks.threads import in_database

HEARTBEAT = 15.0
"""Seconds of silence, after which the client is sent a comment. Proxies cut silent connections after 60."""
RESYNC_PAUSE = 1.0
"""Seconds between two snapshots, of which Redis may cause one after the other while it is down."""


class Ended(Exception):
    """Nothing follows; the text says why."""


class Follower:
    """One client that follows a task."""

    def __init__(self, key: ApiKey, task_id: uuid.UUID, cursor: str, *, until_idle: bool) -> None:
        self._key_id = key.pk
        self._reader: User = key.person
        self._task_id = task_id
        self._cursor = cursor
        self._until_idle = until_idle
        self._state = LiveState()
        self._version = PageVersion(None)
        self._must_check = asyncio.Event()
        self._check_at = time.monotonic() + settings.AGENTEX_SOCKET_CHECK_SECONDS
        self._resynced_at = 0.0
        self._is_deleted = False
        self._told: dict[str, str] = {}
        """The statuses of turns that the client was sent last, by id."""

    async def events(self) -> AsyncIterator[bytes]:
        """The bytes of the response, until the client leaves or nothing more follows."""
        # The view's language and zone have ended with it.
        translation.activate("en")
        timezone.activate(UTC)
        try:
            with open_sockets().opened(self._reader.pk, self._account_changed, KIND):
                async for part in self._follow():
                    yield part
        except Ended as ended:
            yield event("end", {"reason": str(ended)})
        except TooManySockets:
            yield event("end", {"reason": "too_many_streams"})
        except Http404:
            # Deleted after the view has looked, or while a snapshot was read.
            yield event("end", {"reason": "not_found"})

    async def _account_changed(self) -> None:
        self._must_check.set()

    async def _follow(self) -> AsyncIterator[bytes]:
        if self._cursor:
            self._state = LiveState(await self._state_at(self._cursor))
        else:
            yield await self._snapshot()
        async with stream_reader().subscribe(str(self._task_id), self._cursor) as subscription:
            # Read after subscribing: the events of all earlier commits are on the stream, or lost.
            self._version.expect(await in_database(version_of, self._task_id))
            if (last := await self._last(subscription)) is not None:
                yield last
                raise Ended("idle")
            while True:
                items = await self._next(subscription)
                if self._must_check.is_set() or time.monotonic() >= self._check_at:
                    await self._check()
                yield await self._parts(items)
                if self._is_deleted:
                    raise Ended("deleted")
                if any(map(_may_be_idle, items)) and (last := await self._last(subscription)) is not None:
                    yield last
                    raise Ended("idle")

    async def _state_at(self, cursor: str) -> Any:
        """The messages that were under way when the client was sent the entry of this cursor."""
        since = await in_database(current.begun_before, self._task_id, moment_of(cursor) - CLOCK_SKEW)
        return await read_snapshot(str(self._task_id), since, until=cursor)

    async def _snapshot(self) -> bytes:
        """The current state, as events that replace everything that the client has."""
        since = await in_database(current.open_since, self._task_id)
        snapshot = await read_snapshot(str(self._task_id), since)
        self._cursor = snapshot.cursor
        state = await in_database(current.read, self._reader, self._task_id, snapshot.messages)
        self._state = LiveState(snapshot)
        self._version = PageVersion(state.version)
        self._told |= {str(data["id"]): data["status"] for name, data in state.events if name == "turn"}
        *parts, (last, data) = state.events
        cursor = "" if snapshot.cursor == UNKNOWN else snapshot.cursor
        return b"".join([*(event(name, each) for name, each in parts), event(last, data, cursor)])

    async def _next(self, subscription: Subscription) -> list[Entry | Resync]:
        """The next entries; empty if a heartbeat, a check, or a search for lost changes is due."""
        lost_in = self._version.lost_in()
        wait = min(
            HEARTBEAT, max(0.0, self._check_at - time.monotonic()), HEARTBEAT if lost_in is None else lost_in
        )
        first = asyncio.ensure_future(subscription.queue.get())
        changed = asyncio.ensure_future(self._must_check.wait())
        try:
            done, _ = await asyncio.wait({first, changed}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            if not first.done():
                first.cancel()
        if first not in done:
            return []
        return [first.result(), *_waiting(subscription)]

    async def _parts(self, items: list[Entry | Resync]) -> bytes:
        """The client's events for these entries; a comment if there are none."""
        if any(isinstance(each, Resync) for each in items) or self._version.lost_in() == 0:
            return await self._again()
        entries = [each for each in items if isinstance(each, Entry)]
        if not entries:
            return COMMENT
        for entry in entries:
            self._version.take(getattr(entry.event, "version", 0))
        rows = await current.rows_of(self._reader, self._task_id, entries)
        found: list[bytes] = []
        for entry in entries:
            self._cursor = entry.cursor
            if isinstance(entry.event, BranchChanged):
                return b"".join(found) + await self._again()
            try:
                parts = self._of_entry(entry, rows)
            except Gap:
                return b"".join(found) + await self._again()
            found += [event(name, data) for name, data in parts[:-1]]
            found += [event(*parts[-1], entry.cursor)] if parts else []
            if isinstance(entry.event, TaskDeleted):
                self._is_deleted = True
                break
        return b"".join(found) or mark(entries[-1].cursor)

    def _of_entry(self, entry: Entry, rows: current.Rows) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        for name, data in self._state.take(entry.event, entry.cursor):
            if name == "started":
                live = self._state.messages[data["id"]]
                found.append(("message", current.live_message(live, self._task_id, self._reader)))
            else:
                found.append((name, data))
        match entry.event:
            case TurnChanged() as changed:
                self._told[changed.turn] = changed.status
                found.append(("turn", rows.turn(changed, self._reader)))
            case StopRequested() as asked:
                found.append(("turn", {"id": asked.turn, "status": "running", "stop_requested": True}))
            case TaskDeleted():
                found.append(("task", {"id": str(self._task_id), "deleted": True}))
            case TitleChanged() as titled:
                found.append(("task", {"id": str(self._task_id), "title": titled.title}))
        return found + rows.of(entry.event)

    async def _again(self) -> bytes:
        """A snapshot in the middle of the stream."""
        await asyncio.sleep(max(0.0, self._resynced_at + RESYNC_PAUSE - time.monotonic()))
        self._resynced_at = time.monotonic()
        return await self._snapshot()

    async def _last(self, subscription: Subscription) -> bytes | None:
        """What the client lacks if no turn is open any more; None if the stream goes on."""
        if not self._until_idle or not await in_database(current.is_idle, self._task_id):
            return None
        items = _waiting(subscription)
        parts = await self._parts(items) if items else b""
        head = await in_database(current.head_of, self._task_id)
        if head and self._told.get(head, "") in ("", *Turn.OPEN):
            # The events of the turn's end are not published yet, or came before the client's last id.
            parts += await self._snapshot()
        return parts

    async def _check(self) -> None:
        """Ends the stream if the key or its person may not read the task any more."""
        self._must_check.clear()
        self._check_at = time.monotonic() + settings.AGENTEX_SOCKET_CHECK_SECONDS
        self._version.expect(await in_database(self._look))

    def _look(self) -> int:
        person = still_works(self._key_id)
        if person is None:
            raise Ended("unauthorized")
        self._reader = person
        try:
            get_readable_task(person, self._task_id)
        except Http404:
            raise Ended("not_found") from None
        return version_of(self._task_id)


def _waiting(subscription: Subscription) -> list[Entry | Resync]:
    items = []
    while not subscription.queue.empty():
        items.append(subscription.queue.get_nowait())
    return items


def _may_be_idle(item: Entry | Resync) -> bool:
    return isinstance(item, Resync) or isinstance(item.event, TurnChanged | BranchChanged)
