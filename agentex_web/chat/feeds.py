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
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from autobahn.exception import Disconnected
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation

from agentex_web.background import in_background
from agentex_web.chat.frames import Frame
from agentex_web.chat.page_state import PageState
from agentex_web.chat.socket_access import FAILED, NOT_FOUND, refusal_of
from agentex_web.streams.entries import Entry, order
from agentex_web.streams.events import TaskDeleted
from agentex_web.streams.reader import Resync, Subscription, stream_reader
from agentex_web.tasks.models import Task
from agentex_web.tasks.queries import version_of
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Page:
    """The socket of one page.

    Attributes:
        send, close: send a text; close with a code. Neither waits: a page that does not read is disconnected.
        held: what its feed sends while the page is first sent what it missed; None afterwards.
    """

    session_key: str
    cursor: str
    version: int | None
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    held: list[str] | None = field(default_factory=list)

    async def take(self, texts: list[str]) -> None:
        if self.held is not None:
            self.held += texts
            return
        # The page may have gone away without closing the socket; Daphne reports that a moment later.
        with suppress(Disconnected):
            for text in texts:
                await self.send(text)

    async def end(self, code: int) -> None:
        """Closes the socket, if the page has not gone away."""
        with suppress(Disconnected):
            await self.close(code)

    async def release(self, before: list[str]) -> None:
        """Sends these texts, then what was held, and holds nothing from then on."""
        held, self.held = self.held or [], None
        await self.take(before + held)


class Feed:
    """The pages of one reader that show a task, in one language and time zone."""

    def __init__(self, task: Task, reader: User, first: Page) -> None:
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

    async def join(self, page: Page, reader: User) -> None:
        """Sends the page what it has missed, and from then on what all pages are sent."""
        self._reader = reader
        self._pages.add(page)
        await self._subscribed.wait()
        async with stream_reader().subscribe(str(self._task_id), page.cursor) as missed:
            async with self._sending:
                await self._send(self._state.answers.released())
                page.held = []
                so_far, upto = self._state.answers.so_far(), order(self._state.cursor)
                shown = self._state.seen.shown
            items = [
                item for item in _waiting(missed) if isinstance(item, Resync) or order(item.cursor) <= upto
            ]
        own = PageState(self._task_id, page.cursor, page.version)
        frames = await own.with_entries(items, reader)
        frames += await own.answers.overdue(at_once=True)
        # Not with what the feed has shown since: that is held for this page.
        if _is_behind(own.seen.shown, shown):
            frames = [{"type": "resync"}]
        elif self._state.seen.shown is None:
            own.seen.expect(self._state.seen.expected)
            self._state.seen = own.seen
        await page.release(_texts(frames + so_far))

    def leave(self, page: Page) -> None:
        self._pages.discard(page)
        if not self._pages:
            self._task.cancel()

    async def _run(self) -> None:
        """Sends frames until the task is deleted or all pages have left."""
        code = FAILED
        try:
            async with stream_reader().subscribe(str(self._task_id), self._state.cursor) as subscription:
                # Read after subscribing: the events of all earlier commits are on the stream, or lost.
                self._state.seen.expect(await in_database(version_of, self._task_id))
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
        self._state.seen.expect(version)

    def _look(self, sessions: set[str]) -> tuple[dict[str, int], int]:
        refusals = {each: refusal_of(each, self._task_id, is_owner=self._is_owner) for each in sessions}
        return refusals, version_of(self._task_id)


_feeds: dict[tuple[int, uuid.UUID, int, str | None, str], Feed] = {}
"""By event loop, task, reader, language and time zone."""


@asynccontextmanager
async def following(task: Task, reader: User, page: Page) -> AsyncIterator[None]:
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


def _is_behind(shown: int | None, others: int | None) -> bool:
    return shown is not None and others is not None and shown < others
