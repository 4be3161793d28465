"""Text that streams to pages which have been sent the same so far, with the changes to their HTML.

A delta keeps its ``offset`` and ``text``, with which a page notices a gap. A rendered delta also has:

| field | meaning |
|---|---|
| ``first`` | index of the first element that the page replaces |
| ``keep`` | UTF-16 units of the old HTML from there on that stay, before ``html`` |
| ``html`` | the HTML that follows |
| ``tail`` | UTF-16 units at the end of the new HTML, from which the next ``keep`` is counted |

So a long block that grows, such as code, is not sent again and again. For example, ``<p>a</p>`` grows to
``<p>a b</p><p>c</p>``: first 0, keep 4, html `` b</p><p>c</p>``, tail 8.

A page shows no text before its HTML. So a delta is held until its rendering is due, and joined with those
that follow, unless another frame has to be sent.
"""

import uuid
from collections.abc import Callable

from agentex_web.actions.live_attempts import LiveAttempts
from agentex_web.chat.frames import Frame
from agentex_web.chat.live_text import LiveText, Shown, known_text, text_of
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import MessageDelta, MessageDone, MessageReset, MessageStarted, TurnChanged
from agentex_web.streams.snapshot import read_message
from agentex_web.tasks.models import Turn
from agentex_web.utf16 import utf16_length

PROSE = ("text", "reasoning")
_HTML = {"first", "keep", "html", "tail"}


class LiveAnswers:
    """The streaming messages that these pages show."""

    def __init__(self, task_id: uuid.UUID) -> None:
        self._task_id = str(task_id)
        self._shown: dict[str, Shown] = {}
        self._plain: set[str] = set()
        self._held: list[Frame] = []
        self._attempts = LiveAttempts()

    def without_lost_attempts(self, entries: list[Entry]) -> list[Entry]:
        """The entries, without those of model call attempts that a later attempt has replaced."""
        return [each for each in entries if self._attempts.counts(each.event)]

    async def rendered(self, entries: list[Entry], frames: list[Frame]) -> list[Frame]:
        """The frames to send for these entries. The last delta of each message gets the HTML, if a rendering
        is due. Empty if all new text is still held for its rendering.

        A message's last words are rendered before its ``done``, so that the page already shows all of it.
        """
        last_words: dict[str, Frame] = {}
        for entry in entries:
            if isinstance(entry.event, MessageDone):
                ended = self._shown.get(entry.event.message)
                if ended is not None and ended.waits:
                    last_words[entry.event.message] = await _overdue_frame(entry.event.message, ended)
            await self._take(entry)
        frames = self.take_held() + frames
        if all(map(self._may_wait, frames)):
            self._held = _joined(frames)
            return []
        for message, frame in _last_deltas(frames).items():
            shown = self._shown.get(message)
            if shown is not None and shown.waits and shown.pause <= 0:
                frame.update(await shown.changes())
        all_frames: list[Frame] = []
        for frame in frames:
            if frame["type"] == "done" and frame["message"] in last_words:
                all_frames.append(last_words[frame["message"]])
            all_frames.append(frame)
        return all_frames

    def render_in(self) -> float | None:
        """Seconds until waiting text may be rendered; None if no text waits."""
        return min((shown.pause for shown in self._shown.values() if shown.waits), default=None)

    async def overdue(self, *, at_once: bool = False) -> list[Frame]:
        """The deltas that were held, and frames without new text, with the HTML of text that is due.

        Args:
            at_once: HTML that is not due yet, too.
        """
        frames = self.take_held()
        held = _last_deltas(frames)
        for message, shown in list(self._shown.items()):
            if shown.waits and (at_once or shown.pause <= 0):
                if message in held:
                    held[message].update(await shown.changes())
                else:
                    frames.append(await _overdue_frame(message, shown))
        return frames

    def _may_wait(self, frame: Frame) -> bool:
        """True for a delta whose text is not due to be rendered."""
        shown = self._shown.get(frame["message"]) if frame["type"] == "delta" else None
        return shown is not None and shown.waits and shown.pause > 0

    def take_held(self) -> list[Frame]:
        """The deltas that were held, without their HTML, which follows when it is due."""
        frames, self._held = self._held, []
        return frames

    def html_so_far(self) -> list[Frame]:
        """Frames that give the HTML that these pages have to a page that has the same deltas."""
        frames = ((message, shown.offset, shown.so_far()) for message, shown in self._shown.items())
        return [_without_text(message, offset) | html for message, offset, html in frames if html]

    async def _take(self, entry: Entry) -> None:
        match entry.event:
            case MessageStarted() as started:
                self._remove(started.message)
                if started.kind in PROSE and started.author == "agent":
                    self._shown[started.message] = Shown(text_of(started, entry.cursor))
                else:
                    self._plain.add(started.message)
            case MessageDelta() as delta if delta.message not in self._plain:
                shown = self._shown.get(delta.message)
                if shown is None or not shown.text.append(delta.offset, delta.text):
                    shown = await self._join(delta, entry.cursor)
                if shown is not None:
                    shown.offset = delta.offset + utf16_length(delta.text)
            case MessageReset() as reset:
                self._remove_all(lambda text: reset.covers(text.call, text.attempt))
            case MessageDone() as done:
                self._remove(done.message)
            case TurnChanged() as changed if changed.status not in Turn.OPEN:
                # A worker that was killed left its message without an end, and pages no longer show it.
                self._remove_all(lambda text: text.turn == changed.turn)
            case _:
                pass

    async def _join(self, delta: MessageDelta, cursor: str) -> Shown | None:
        """Joins a message in its middle, for a page that opened late. None if its text is not rendered."""
        text = known_text(delta.message, cursor, delta.offset)
        if text is None:
            live = await read_message(self._task_id, delta.message, cursor)
            self._remove(delta.message)
            if live is None or live.started.kind not in PROSE or live.started.author != "agent":
                self._plain.add(delta.message)
                return None
            text = text_of(live.started, live.start, live.text)
        text.append(delta.offset, delta.text)
        shown = self._shown[delta.message] = Shown(text)
        return shown

    def _remove(self, message: str) -> None:
        self._plain.discard(message)
        self._shown.pop(message, None)

    def _remove_all(self, ended: Callable[[LiveText], bool]) -> None:
        for message, shown in list(self._shown.items()):
            if ended(shown.text):
                self._remove(message)


def without_html_of(frames: list[Frame], later: list[Frame]) -> list[Frame]:
    """The frames, without the HTML of messages for which ``later`` has some: as a text is rendered once for
    all pages, theirs may be newer, and a page would show less text when it gets the later one.
    """
    messages = {frame["message"] for frame in later}
    return [
        {key: value for key, value in frame.items() if key not in _HTML}
        if frame["type"] == "delta" and frame["message"] in messages
        else frame
        for frame in frames
    ]


def _last_deltas(frames: list[Frame]) -> dict[str, Frame]:
    return {frame["message"]: frame for frame in frames if frame["type"] == "delta"}


def _joined(deltas: list[Frame]) -> list[Frame]:
    """The deltas, with consecutive ones of one message as one."""
    joined: list[Frame] = []
    for delta in deltas:
        last = joined[-1] if joined else delta
        end = last["offset"] + utf16_length(last["text"])
        if joined and (last["message"], last["attempt"], end) == (
            delta["message"],
            delta["attempt"],
            delta["offset"],
        ):
            joined[-1] = {**last, "cursor": delta["cursor"], "text": last["text"] + delta["text"]}
        else:
            joined.append(delta)
    return joined


async def _overdue_frame(message: str, shown: Shown) -> Frame:
    return _without_text(message, shown.offset) | await shown.changes()


def _without_text(message: str, offset: int) -> Frame:
    """A delta without text, which brings the HTML of earlier text."""
    return {"type": "delta", "message": message, "offset": offset, "text": ""}
