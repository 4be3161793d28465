"""What the open pages of a task are sent, made once for all pages of one person in this process.

A feed makes each frame once, and sends it to all its pages in one turn of the event loop. A page that joins
later is first sent what it missed, and the HTML of streaming texts as the feed's pages have it; from there on
it is like the others. Other people have feeds of their own, because cards and errors depend on the reader; so
have pages in another language or time zone.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation

from agentex_web.background import in_background
from agentex_web.chat.frames import Frame
from agentex_web.chat.live import without_html_of
from agentex_web.chat.page_socket import PageSocket
from agentex_web.chat.page_state import PageState
from agentex_web.chat.socket_access import FAILED, NOT_FOUND, refusal_of
from agentex_web.streams.entries import Entry, order
from agentex_web.streams.events import TaskDeleted
from agentex_web.streams.reader import Resync, Subscription, stream_reader
from agentex_web.tasks.models import Task
from agentex_web.tasks.queries import version_of
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Moment:
    """What the pages of a feed have been sent at one moment.

    Attributes:
        cursor: all entries up to this one.
        version: the task's version that they show; None if it is not known.
        html: frames that give the HTML of streaming texts to a page that has the same entries.
    """

    cursor: str
    version: int | None
    html: list[Frame]


class Feed:
    """The pages of one reader that show a task, in one language and time zone."""

    def __init__(self, task: Task, reader: User, first: PageSocket) -> None:
        self._task_id = task.pk
        self._is_owner = task.owner_id == reader.pk
        self._reader = reader
        self._pages = {first}
        self._state = PageState(task.pk, first.cursor, first.version)
        self._check_at = time.monotonic() + settings.AGENTEX_SOCKET_CHECK_SECONDS
        self._subscribed = asyncio.Event()
        self._sending = asyncio.Lock()
        """Held from when entries are processed until their frames are sent."""
        first.held = None
        self._task = in_background(self._run(), f"The feed of task {task.pk}")

    @property
    def has_ended(self) -> bool:
        return not self._pages

    async def join(self, page: PageSocket, reader: User) -> None:
        """Sends the page what it has missed, and from then on what all pages are sent."""
        self._reader = reader
        self._pages.add(page)
        await self._subscribed.wait()
        async with stream_reader().subscribe(str(self._task_id), page.cursor) as subscription:
            until = await self._hold_from_now_on(page)
            missed = [
                item
                for item in _waiting(subscription)
                if isinstance(item, Resync) or order(item.cursor) <= order(until.cursor)
            ]
        frames = await self._catch_up(page, missed, until)
        await page.release(_texts(without_html_of(frames, until.html) + until.html))

    async def _hold_from_now_on(self, page: PageSocket) -> _Moment:
        """Begins to hold what is sent to all pages for this one. Returns what they have been sent so far."""
        async with self._sending:
            # Text that waits for its rendering is in entries up to the cursor, so it is sent before.
            await self._send(self._state.answers.take_held())
            page.held = []
            return _Moment(self._state.cursor, self._state.version.shown, self._state.answers.html_so_far())

    async def _catch_up(self, page: PageSocket, missed: list[Entry | Resync], until: _Moment) -> list[Frame]:
        """The frames of what the page has missed. A resync if a change is not among it."""
        own = PageState(self._task_id, page.cursor, page.version)
        frames = await own.with_entries(missed, self._reader)
        frames += await own.answers.overdue(at_once=True)
        if own.version.shown is not None and until.version is not None and own.version.shown < until.version:
            return [{"type": "resync"}]
        if self._state.version.shown is None:
            # The other pages do not say which version they show; this one does.
            own.version.expect(self._state.version.latest)
            self._state.version = own.version
        return frames

    def leave(self, page: PageSocket) -> None:
        self._pages.discard(page)
        if not self._pages:
            self._task.cancel()

    async def _run(self) -> None:
        """Sends frames until the task is deleted or all pages have left."""
        code = FAILED
        try:
            async with stream_reader().subscribe(str(self._task_id), self._state.cursor) as subscription:
                # Read after subscribing: the events of all earlier commits are on the stream, or lost.
                self._state.version.expect(await in_database(version_of, self._task_id))
                self._subscribed.set()
                while code != NOT_FOUND:
                    items = await self._next(subscription)
                    async with self._sending:
                        if time.monotonic() >= self._check_at:
                            await self._check()
                        frames = await self._frames(items)
                        await self._send(frames)
                    if any(frame["type"] == TaskDeleted.type for frame in frames):
                        code = NOT_FOUND
        except Exception:
            logger.exception("Task %s: what its pages are sent failed", self._task_id)
        finally:
            self._subscribed.set()
            while self._pages:
                await self._pages.pop().end(code)

    async def _next(self, subscription: Subscription) -> list[Entry | Resync]:
        """The next entries. Empty if something else is to be sent, or the pages are to be checked."""
        wait = min(self._state.silence, max(0.0, self._check_at - time.monotonic()))
        try:
            # Not `wait_for`: the task that it creates would be a fifth of the cost of an idle page.
            async with asyncio.timeout(wait):
                return [await subscription.queue.get(), *_waiting(subscription)]
        except TimeoutError:
            return []

    async def _frames(self, items: list[Entry | Resync]) -> list[Frame]:
        if items:
            return await self._state.with_entries(items, self._reader)
        return await self._state.without_entries()

    async def _send(self, frames: list[Frame]) -> None:
        texts = _texts(frames)
        for page in tuple(self._pages):
            await page.take(texts)

    async def _check(self) -> None:
        """Closes the pages whose session has ended, or whose person may not read the task any more."""
        self._check_at = time.monotonic() + settings.AGENTEX_SOCKET_CHECK_SECONDS
        refusals, version = await in_database(self._look, {page.session_key for page in self._pages})
        for page in tuple(self._pages):
            if code := refusals.get(page.session_key):
                self._pages.discard(page)
                await page.end(code)
        # If the lost event was the last one, only this check finds it.
        self._state.version.expect(version)

    def _look(self, sessions: set[str]) -> tuple[dict[str, int], int]:
        refusals = {each: refusal_of(each, self._task_id, is_owner=self._is_owner) for each in sessions}
        return refusals, version_of(self._task_id)


_feeds: dict[tuple[int, uuid.UUID, int, str | None, str], Feed] = {}
"""By event loop, task, reader, language and time zone."""


@asynccontextmanager
async def following(task: Task, reader: User, page: PageSocket) -> AsyncIterator[None]:
    """Sends the page everything after its cursor, while the block runs."""
    zone = timezone.get_current_timezone_name()
    key = (id(asyncio.get_running_loop()), task.pk, reader.pk, translation.get_language(), zone)
    feed = _feeds.get(key)
    try:
        if feed is None or feed.has_ended:
            feed = _feeds[key] = Feed(task, reader, page)
        else:
            await feed.join(page, reader)
        yield
    finally:
        if feed is not None:
            feed.leave(page)
            if feed.has_ended and _feeds.get(key) is feed:
                del _feeds[key]


def _waiting(subscription: Subscription) -> list[Entry | Resync]:
    items = []
    while not subscription.queue.empty():
        items.append(subscription.queue.get_nowait())
    return items


def _texts(frames: list[Frame]) -> list[str]:
    return [json.dumps(frame) for frame in frames]
