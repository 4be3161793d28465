"""Pages of one task share a feed: each frame is made once, and late pages end like the first. Uses only Redis."""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from autobahn.exception import Disconnected
from django.contrib.auth.models import User
from pytest_django import Settings
from redis.asyncio import Redis

from agentex_web.chat import feeds, live_text
from agentex_web.chat.feeds import following
from agentex_web.chat.frames import frames_of
from agentex_web.chat.page_socket import PageSocket
from agentex_web.rendering.markdown import to_html
from agentex_web.streams.encoding import encode
from agentex_web.streams.events import (
    Event,
    MessageDelta,
    MessageStarted,
    TaskDeleted,
    TitleChanged,
    TurnChanged,
)
from agentex_web.streams.keys import FIELD, START
from agentex_web.tasks.models import Task
from agentex_web.utf16 import utf16_length
from tests.support import markup
from tests.support.redis_alone import redis_alone
from tests.support.waiting import PATIENCE

TEXT = "# Head\n\nSome *words* 😀.\n\n- one\n- two\n  - nested\n\n```python\nx = 1\n\ny = 2\n```\n\nThe **end**, of it.\n"
MESSAGE = str(uuid.uuid4())
STARTED = MessageStarted(
    MESSAGE, str(uuid.uuid4()), "000001", call="c", started_at="2026-11-26T12:00:00+00:00"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_alone(tmp_path_factory.mktemp("redis")) as url:
        yield url


class Site:
    """A task, its stream, and the row's version and the ended sessions as the feeds find them."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.task = Task(pk=uuid.uuid4(), owner_id=1)
        self.version = 1
        self.refusals: dict[str, int] = {}

    async def add(self, event: Event) -> str:
        cursor: Any = await self.redis.xadd(f"stream:{self.task.pk}", {FIELD: encode(event)})
        return str(cursor.decode())

    @asynccontextmanager
    async def tab(self, cursor: str = START, version: int = 1, session: str = "s") -> AsyncIterator["Tab"]:
        tab = Tab()
        page = PageSocket(session, cursor, version, tab.take, tab.close)
        async with following(self.task, User(pk=1), page):
            yield tab


class Tab:
    """A page: the frames that it got, and what it shows of the message."""

    def __init__(self, text: str = "") -> None:
        self.frames: list[dict[str, Any]] = []
        self.texts: list[str] = []
        self.markup = markup.Page()
        self.lengths: list[int] = []
        """Of the HTML that it showed."""
        self.closed_with = 0
        self.is_gone = False
        """The browser went away, and Daphne has not told yet."""
        self._length = utf16_length(text)
        self._changed = asyncio.Event()

    async def take(self, text: str) -> None:
        frame = json.loads(text)
        self.texts.append(text)
        self.frames.append(frame)
        if frame["type"] == "delta":
            assert frame["offset"] <= self._length, "a gap"
            self._length = max(self._length, frame["offset"] + utf16_length(frame["text"]))
            if "html" in frame:
                self.markup.take(frame)
                self.lengths.append(len("".join(self.markup.shown)))
        self._changed.set()

    async def close(self, code: int) -> None:
        self.closed_with = code
        self._changed.set()
        if self.is_gone:
            raise Disconnected

    async def until(self, condition: Callable[["Tab"], object]) -> None:
        while not condition(self):
            self._changed.clear()
            await self._changed.wait()

    def got(self, kind: str) -> bool:
        return any(frame["type"] == kind for frame in self.frames)


Test = Callable[[Site], Coroutine[Any, Any, None]]


@pytest.fixture
def run(address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[Test], None]:
    settings.REDIS_URL = address
    settings.AGENTEX_SOCKET_CHECK_SECONDS = 0.05
    # An earlier test of this process may have left connections in the pool's threads; here is no database.
    monkeypatch.setattr("agentex_web.tasks.threads.close_old_connections", lambda: None)

    def runner(test: Test) -> None:
        async def main() -> None:
            async with Redis.from_url(address) as redis:
                site = Site(redis)
                monkeypatch.setattr(feeds, "version_of", lambda _: site.version)
                monkeypatch.setattr(
                    feeds, "refusal_of", lambda session, *_, **__: site.refusals.get(session, 0)
                )
                await asyncio.wait_for(test(site), PATIENCE)
                assert feeds._feeds == {}

        asyncio.run(main())

    return runner


def test_each_frame_is_made_once_for_all_pages(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    async def counted(task_id: uuid.UUID, entries: list[Any], reader: User) -> Any:
        made.append(len(entries))
        return await frames_of(task_id, entries, reader)

    monkeypatch.setattr("agentex_web.chat.page_state.frames_of", counted)

    async def test(site: Site) -> None:
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(site.tab()) for _ in range(20)]
            made.clear()
            await site.add(STARTED)
            await site.add(TitleChanged("A title", version=2))
            for tab in tabs:
                await tab.until(lambda tab: tab.got("title"))
        assert sum(made) == 2
        assert all(tab.texts[-2:] == tabs[0].texts[-2:] for tab in tabs)

    run(test)


@pytest.mark.parametrize("seed", range(4))
def test_a_page_that_joins_in_the_middle_ends_like_the_first(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Pages come at any moment, with the cursor of any moment before; what they show of it stays in step."""
    monkeypatch.setattr(live_text, "SHORTEST", 0.003)
    choose = random.Random(seed)

    async def test(site: Site) -> None:
        tabs: list[Tab] = []
        cursors = [(START, "")]
        said = ""
        async with AsyncExitStack() as stack:

            async def opens() -> None:
                cursor, known = choose.choice(cursors)
                tab = Tab(known)
                tab.markup.shown = markup.tops(to_html(known)) if known else []
                page = PageSocket("s", cursor, 1, tab.take, tab.close)
                await stack.enter_async_context(following(site.task, User(pk=1), page))
                tabs.append(tab)

            await opens()
            cursors.append((await site.add(STARTED), ""))
            while rest := TEXT[len(said) :]:
                piece = rest[: choose.choice((1, 2, 3, 7))]
                cursor = await site.add(MessageDelta(MESSAGE, utf16_length(said), piece, 1))
                said += piece
                cursors.append((cursor, said))
                await asyncio.sleep(choose.choice((0, 0, 0.002)))
                if len(cursors) % 3 == 0:
                    await opens()
            wanted = markup.tops(to_html(TEXT))
            for tab in tabs:
                await tab.until(lambda tab: tab.markup.shown == wanted)
        assert not any(tab.got("resync") for tab in tabs)

    run(test)


def test_a_page_that_missed_a_change_which_the_others_have_reads_again(run: Callable[..., None]) -> None:
    async def test(site: Site) -> None:
        site.version = 5
        async with site.tab(version=5) as first, site.tab(version=4) as behind, site.tab(version=5) as level:
            await behind.until(lambda tab: tab.got("resync"))
            await site.add(TitleChanged("A title", version=6))
            for tab in (first, level):
                await tab.until(lambda tab: tab.got("title"))
                assert not tab.got("resync") and tab.frames[-1]["version"] == 6

    run(test)


def test_a_page_gets_no_text_of_a_turn_that_ended_before_it_was_read(run: Callable[..., None]) -> None:
    async def test(site: Site) -> None:
        async with site.tab() as first:
            await site.add(STARTED)
            await site.add(MessageDelta(MESSAGE, 0, "Cut off", 1))
            await first.until(lambda tab: tab.markup.shown)
            ended = await site.add(
                TurnChanged(STARTED.turn, "failed", error="Its worker was killed.", version=2)
            )
            await first.until(lambda tab: tab.got("turn"))
            async with site.tab(ended, version=2) as late:
                await site.add(TitleChanged("A title", version=3))
                await late.until(lambda tab: tab.got("title"))
                assert not late.got("delta")

    run(test)


def test_changes_while_a_page_catches_up_do_not_make_it_read_again(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    catches_up, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(task_id: uuid.UUID, entries: list[Any], reader: User) -> Any:
        if any(getattr(entry.event, "title", "") == "One" for entry in entries):
            catches_up.set()
            await goes_on.wait()
        return await frames_of(task_id, entries, reader)

    async def test(site: Site) -> None:
        async with site.tab() as first:
            await site.add(TitleChanged("One", version=2))
            await first.until(lambda tab: tab.got("title"))
            monkeypatch.setattr("agentex_web.chat.page_state.frames_of", slow)
            tab = Tab()
            page = PageSocket("s", START, 1, tab.take, tab.close)
            async with AsyncExitStack() as stack:
                joins = stack.enter_async_context(following(site.task, User(pk=1), page))
                joining = asyncio.create_task(joins)
                await catches_up.wait()
                await site.add(TitleChanged("Two", version=3))
                await first.until(lambda tab: tab.frames[-1].get("title") == "Two")
                goes_on.set()
                await joining
                await tab.until(lambda tab: tab.frames and tab.frames[-1].get("title") == "Two")
        assert not tab.got("resync") and [frame["title"] for frame in tab.frames] == ["One", "Two"]

    run(test)


def test_text_that_comes_while_a_page_catches_up_is_not_taken_away_again(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    catches_up, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(task_id: uuid.UUID, entries: list[Any], reader: User) -> Any:
        if any(entry.event == STARTED for entry in entries):
            catches_up.set()
            await goes_on.wait()
        return await frames_of(task_id, entries, reader)

    async def test(site: Site) -> None:
        async with site.tab() as first:
            await site.add(STARTED)
            await site.add(MessageDelta(MESSAGE, 0, "One two", 1))
            await first.until(lambda tab: tab.markup.shown)
            monkeypatch.setattr("agentex_web.chat.page_state.frames_of", slow)
            late = Tab()
            page = PageSocket("s", START, 1, late.take, late.close)
            async with AsyncExitStack() as stack:
                joins = stack.enter_async_context(following(site.task, User(pk=1), page))
                joining = asyncio.create_task(joins)
                await catches_up.wait()
                await site.add(MessageDelta(MESSAGE, 7, " three four", 1))
                await first.until(lambda tab: "four" in "".join(tab.markup.shown))
                goes_on.set()
                await joining
                await late.until(lambda tab: tab.markup.shown == first.markup.shown)
        assert len(late.lengths) > 1 and late.lengths == sorted(late.lengths)

    run(test)


def test_a_change_that_was_lost_is_found_for_all_pages(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentex_web.actions.versions.GRACE_SECONDS", 0.05)

    async def test(site: Site) -> None:
        async with site.tab() as one, site.tab() as other:
            site.version = 2
            for tab in (one, other):
                await tab.until(lambda tab: tab.got("resync"))

    run(test)


def test_pages_come_and_go_and_those_that_stay_miss_nothing(run: Callable[..., None]) -> None:
    async def test(site: Site) -> None:
        async with site.tab() as stays:
            async with site.tab() as goes:
                await site.add(TitleChanged("One", version=2))
                await goes.until(lambda tab: tab.got("title"))
            joining = asyncio.create_task(site.tab().__aenter__())
            await asyncio.sleep(0)
            joining.cancel()
            await asyncio.gather(joining, return_exceptions=True)
            await site.add(TitleChanged("Two", version=3))
            await stays.until(
                lambda tab: [frame.get("title") for frame in tab.frames if "title" in frame][-1:] == ["Two"]
            )
            assert not any("Two" in text for text in goes.texts)
        async with site.tab() as later:
            await later.until(lambda tab: tab.frames and tab.frames[-1].get("version") == 3)

    run(test)


def test_a_page_whose_session_ends_is_closed_and_the_others_stay(run: Callable[..., None]) -> None:
    async def test(site: Site) -> None:
        async with site.tab(session="ends") as ends, site.tab() as stays:
            site.refusals["ends"] = 4401
            await ends.until(lambda tab: tab.closed_with == 4401)
            count = len(ends.frames)
            await site.add(TitleChanged("Private", version=2))
            await stays.until(lambda tab: tab.got("title"))
            assert len(ends.frames) == count and not stays.closed_with

    run(test)


def test_all_pages_are_closed_when_the_task_is_deleted_or_the_feed_fails(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(site: Site) -> None:
        async with site.tab() as one, site.tab() as other:
            await site.add(TaskDeleted())
            for tab in (one, other):
                await tab.until(lambda tab: tab.closed_with == 4404)
                assert tab.got("deleted")
        site.task = Task(pk=uuid.uuid4(), owner_id=1)
        async with site.tab() as one, site.tab() as other:
            monkeypatch.setattr("agentex_web.chat.page_state.frames_of", lambda *_: 1 / 0)
            one.is_gone = other.is_gone = True
            await site.add(STARTED)
            for tab in (one, other):
                await tab.until(lambda tab: tab.closed_with == 4500)

    run(test)
