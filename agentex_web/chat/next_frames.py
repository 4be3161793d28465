"""What a task's socket sends next: events as frames, text that is due to be rendered, or a ping."""

import asyncio
import logging
import uuid

from django.contrib.auth.models import User

from agentex_web.chat.frames import Frame, frames_of
from agentex_web.chat.live import LiveAnswers
from agentex_web.chat.versions import SeenVersions
from agentex_web.streams.entries import Entry
from agentex_web.streams.reader import Resync, Subscription

logger = logging.getLogger(__name__)


async def next_frames(
    task_id: uuid.UUID,
    subscription: Subscription,
    answers: LiveAnswers,
    seen: SeenVersions,
    reader: User,
    silence: float,
) -> list[Frame]:
    """The next frames: new events, text that is due to be rendered, or a ping after ``silence`` seconds.
    Empty if all new text is still held for its rendering.

    A ping and the last frame of new events carry the version that the page then shows, if it is known.
    """
    due, lost = answers.due(), seen.due()
    wait = min([silence, *(each for each in (due, lost) if each is not None)])
    try:
        # Not `wait_for`: the task that it creates would be a fifth of the cost of an idle tab.
        async with asyncio.timeout(wait):
            items = [await subscription.queue.get()]
    except TimeoutError:
        if seen.due() == 0:
            logger.info("Task %s: a page missed a change, and reads the conversation again", task_id)
            seen.restart()
            return [{"type": "resync"}]
        return await answers.overdue() if due is not None else [{"type": "ping", **_version(seen)}]
    while not subscription.queue.empty():
        items.append(subscription.queue.get_nowait())
    frames: list[Frame] = []
    entries: list[Entry] = []
    for item in items:
        if isinstance(item, Resync):
            frames, entries = [{"type": "resync"}], []
            seen.restart()
        else:
            entries.append(item)
    for entry in entries:
        seen.take(getattr(entry.event, "version", 0))
    entries = answers.counting(entries)
    frames += await answers.rendered(entries, await frames_of(task_id, entries, reader))
    if frames:
        # After the last frame, the page shows this version.
        frames[-1] |= _version(seen)
    return frames


def _version(seen: SeenVersions) -> Frame:
    return {} if seen.shown is None else {"version": seen.shown}
