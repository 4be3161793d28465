"""What pages have been sent of a task, and what they are sent next: events as frames, text that is due to be
rendered, or a ping.
"""

import logging
import uuid

from django.contrib.auth.models import User

from agentex_web.actions.versions import PageVersion
from agentex_web.chat.frames import Frame, frames_of
from agentex_web.chat.live import LiveAnswers
from agentex_web.streams.entries import Entry
from agentex_web.streams.reader import Resync

logger = logging.getLogger(__name__)

PING_SECONDS = 20.0
"""Under the 60 s after which nginx closes a silent connection."""


class PageState:
    """The state of pages that have been sent the same frames.

    Attributes:
        cursor: they have every entry up to this one, but for text that `answers` holds.
    """

    def __init__(self, task_id: uuid.UUID, cursor: str, version: int | None) -> None:
        self.cursor = cursor
        self.answers = LiveAnswers(task_id)
        self.version = PageVersion(version)
        self._task_id = task_id

    @property
    def silence(self) -> float:
        """Seconds until `without_entries` has something to send."""
        possible = (PING_SECONDS, self.answers.render_in(), self.version.lost_in())
        return min(each for each in possible if each is not None)

    async def with_entries(self, items: list[Entry | Resync], reader: User) -> list[Frame]:
        """The frames of the next entries. Empty if all new text is still held for its rendering.

        The last frame carries the version that the page then shows, if it is known.
        """
        frames: list[Frame] = []
        entries: list[Entry] = []
        for item in items:
            self.cursor = item.cursor
            if isinstance(item, Resync):
                frames, entries = [{"type": "resync"}], []
                self.version.restart()
            else:
                entries.append(item)
        for entry in entries:
            self.version.take(getattr(entry.event, "version", 0))
        entries = self.answers.without_lost_attempts(entries)
        frames += await self.answers.rendered(entries, await frames_of(self._task_id, entries, reader))
        if frames:
            frames[-1] |= self._shown_version()
        return frames

    async def without_entries(self) -> list[Frame]:
        """The frames after a silence: text that is due to be rendered, or a ping with the page's version."""
        if self.version.lost_in() == 0:
            logger.info("Task %s: a page missed a change, and reads the conversation again", self._task_id)
            self.version.restart()
            return [{"type": "resync"}]
        if self.answers.render_in() is not None:
            return await self.answers.overdue()
        return [{"type": "ping", **self._shown_version()}]

    def _shown_version(self) -> Frame:
        return {} if self.version.shown is None else {"version": self.version.shown}
