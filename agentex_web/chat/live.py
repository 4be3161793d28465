"""Text that streams to one socket, rendered as it comes: at once while that is cheap, else less often.

A delta keeps its ``offset`` and ``text``, by which a page notices a gap, and gains what changed in the
markup. From the top element ``first`` on everything is replaced: by as much of the markup that stood there
as ``keep`` says, followed by ``html``. The last ``tail`` of that is what the next ``keep`` counts in, so a
long block that grows, as code does, is not sent again and again. A delta without these comes with the next.
"""

import asyncio
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from agentex_web.chat.frames import Frame
from agentex_web.rendering.growing import LiveMarkdown
from agentex_web.streams.entries import Entry
from agentex_web.streams.events import MessageDelta, MessageDone, MessageReset, MessageStarted
from agentex_web.streams.snapshot import read_message
from agentex_web.utf16 import utf16_length

SHORTEST = 0.05
"""Seconds between two renderings of a message, at least: 20 a second is as smooth as text gets."""
LONG = 300
"""Finished elements after which the pause is twice as long, and so on up to three times: what an update costs
the browser grows with all that it has laid out, so a long answer is updated less often, for the same work."""
SHARE = 0.25
"""Of one core, for rendering what streams: all messages under way in a process share it."""
PROSE = ("text", "reasoning")
LARGE = 4_000
"""Characters of a block from which on it is rendered beside the event loop: 4,000 of code take 15 ms."""
_beside = ThreadPoolExecutor(1, thread_name_prefix="markdown")


class _Answer:
    """One message under way: its text, and when it may be rendered again."""

    def __init__(self, call: str, text: str = "") -> None:
        self.call = call
        self.text = LiveMarkdown(text)
        self.next = 0.0
        self.waits = bool(text)
        self.tail = ""


_under_way = 0


class LiveAnswers:
    """The messages under way that one socket shows."""

    def __init__(self, task_id: uuid.UUID) -> None:
        self._task_id = str(task_id)
        self._answers: dict[str, _Answer] = {}
        self._plain: set[str] = set()

    async def rendered(self, entries: list[Entry], frames: list[Frame]) -> list[Frame]:
        """The frames of these entries, the last delta of each message with its markup if it is time.

        A message's last words are rendered before it is done: then a page has all of it already.
        """
        last_words: dict[str, Frame] = {}
        for entry in entries:
            if isinstance(entry.event, MessageDone):
                ended = self._answers.get(entry.event.message)
                if ended is not None and ended.waits:
                    last_words[entry.event.message] = await _late(entry.event.message, ended)
            await self._take(entry)
        last = {frame["message"]: frame for frame in frames if frame["type"] == "delta"}
        for message, frame in last.items():
            answer = self._answers.get(message)
            if answer is not None and answer.waits and answer.next <= time.monotonic():
                frame.update(await _render(answer))
        all_frames: list[Frame] = []
        for frame in frames:
            if frame["type"] == "done" and frame["message"] in last_words:
                all_frames.append(last_words[frame["message"]])
            all_frames.append(frame)
        return all_frames

    def due(self) -> float | None:
        """Seconds until something that waits may be rendered; None if nothing waits."""
        waiting = [answer.next for answer in self._answers.values() if answer.waits]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    async def overdue(self) -> list[Frame]:
        """What waited long enough, with no new text."""
        now = time.monotonic()
        late = [each for each in self._answers.items() if each[1].waits and each[1].next <= now]
        return [await _late(message, answer) for message, answer in late]

    def forget(self) -> None:
        for message in list(self._answers):
            self._remove(message)

    async def _take(self, entry: Entry) -> None:
        match entry.event:
            case MessageStarted() as started:
                self._remove(started.message)
                if started.kind in PROSE and started.author == "agent":
                    self._add(started.message, _Answer(started.call))
                else:
                    self._plain.add(started.message)
            case MessageDelta() as delta if delta.message not in self._plain:
                answer = self._answers.get(delta.message)
                if answer is None or answer.text.length < delta.offset:
                    # The page was opened in the middle of it.
                    answer = await self._read(delta.message, entry.cursor)
                elif answer.text.length == delta.offset:
                    answer.text.append(delta.text)
                if answer is not None:
                    answer.waits = True
            case MessageReset() as reset:
                for message in [key for key, each in self._answers.items() if each.call == reset.call]:
                    self._remove(message)
            case MessageDone() as done:
                self._remove(done.message)
            case _:
                pass

    async def _read(self, message: str, cursor: str) -> _Answer | None:
        """From the stream, up to this cursor."""
        live = await read_message(self._task_id, message, cursor)
        self._remove(message)
        if live is None or live.started.kind not in PROSE or live.started.author != "agent":
            self._plain.add(message)
            return None
        answer = _Answer(live.started.call, live.text)
        self._add(message, answer)
        return answer

    def _add(self, message: str, answer: _Answer) -> None:
        global _under_way
        _under_way += 1
        self._answers[message] = answer

    def _remove(self, message: str) -> None:
        global _under_way
        self._plain.discard(message)
        if self._answers.pop(message, None) is not None:
            _under_way -= 1


async def _late(message: str, answer: _Answer) -> Frame:
    """A delta without text, for the markup of what had come before."""
    frame = {"type": "delta", "message": message, "offset": answer.text.length, "text": ""}
    return frame | await _render(answer)


async def _render(answer: _Answer) -> Frame:
    began = time.monotonic()
    if answer.text.growing > LARGE:
        rendered = await asyncio.get_running_loop().run_in_executor(_beside, answer.text.render)
    else:
        rendered = answer.text.render()
    ended = time.monotonic()
    answer.waits = False
    pause = SHORTEST * min(3.0, 1 + rendered.first / LONG)
    answer.next = ended + max(pause, (ended - began) * _under_way / SHARE)
    keep = _common_length(answer.tail, rendered.html)
    answer.tail = rendered.tail
    return {
        "first": rendered.first,
        "keep": utf16_length(rendered.html[:keep]),
        "html": rendered.html[keep:],
        "tail": utf16_length(rendered.tail),
    }


def _common_length(one: str, other: str) -> int:
    """How many characters both begin with."""
    known, limit = 0, min(len(one), len(other))
    while known < limit:
        middle = (known + limit + 1) // 2
        if one[known:middle] == other[known:middle]:
            known = middle
        else:
            limit = middle - 1
    return known
