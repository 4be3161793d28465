"""Text that is not due to be rendered is held, because a page would not show it."""

import asyncio
import uuid
from dataclasses import replace

import pytest

from agentex_web.chat import live_text
from agentex_web.chat.frames import Frame
from agentex_web.chat.live import LiveAnswers
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import MessageDelta, MessageStarted

MESSAGE = str(uuid.uuid4())
STARTED = MessageStarted(
    message=MESSAGE,
    turn=str(uuid.uuid4()),
    position="000001",
    author="agent",
    kind="text",
    call="c",
    attempt=1,
    started_at="2026-11-26T12:00:00+00:00",
)


class Page:
    """A socket's answers, and the entries that it gets."""

    def __init__(self) -> None:
        self.answers = LiveAnswers(uuid.uuid4())
        self._number = 0

    async def begins(self, message: str) -> None:
        frame = {"type": "started", "message": message}
        await self.answers.rendered([self._entry(replace(STARTED, message=message))], [frame])

    async def gets(self, offset: int, text: str, *others: Frame, message: str = MESSAGE) -> list[Frame]:
        entry = self._entry(MessageDelta(message, offset, text, 1))
        said = {"message": message, "offset": offset, "text": text, "attempt": 1}
        return await self.answers.rendered(
            [entry], [{"type": "delta", "cursor": entry.cursor, **said}, *others]
        )

    def _entry(self, event: MessageStarted | MessageDelta) -> Entry:
        self._number += 1
        return Entry(f"{self._number}-0", event)


async def opened() -> Page:
    """A page that shows the first word."""
    page = Page()
    await page.begins(MESSAGE)
    [first] = await page.gets(0, "Some")
    assert first["html"] == "<p>Some</p>\n"
    return page


async def test_text_waits_for_its_rendering() -> None:
    page = await opened()
    assert await page.gets(4, " more") == []
    assert await page.gets(9, " words") == []
    due = page.answers.render_in()
    assert due is not None and due > 0
    await asyncio.sleep(due + 0.001)
    [frame] = await page.answers.overdue()
    assert (frame["cursor"], frame["offset"], frame["text"]) == ("4-0", 4, " more words")
    assert frame["html"] == " more words</p>\n"
    assert await page.answers.overdue() == [] and page.answers.render_in() is None


async def test_held_text_goes_before_any_other_frame() -> None:
    page = await opened()
    assert await page.gets(4, " more") == []
    frames = await page.gets(9, " words", {"type": "turn", "status": "running"})
    assert [frame["type"] for frame in frames] == ["delta", "delta", "turn"]
    assert [frame.get("text") for frame in frames] == [" more", " words", None]


async def test_text_after_a_gap_is_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_text, "SHORTEST", 60)
    page = await opened()
    assert await page.gets(4, " more") == []
    other = str(uuid.uuid4())
    await page.begins(other)
    [first] = await page.gets(0, "Other", message=other)
    assert first["text"] == "Other"
    assert await page.gets(9, " words") == []
    assert await page.gets(5, " again", message=other) == []
    assert await page.gets(9, " words") == []
    held = [(frame["offset"], frame["text"]) for frame in await page.answers.overdue()]
    assert held == [(9, " words"), (5, " again"), (9, " words")]
