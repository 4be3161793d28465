"""Renders the messages of a page that have no HTML yet, such as the later ones of an imported chat.

A chat may have thousands of them, and each may take as long as the limits of a rendering allow. So they are
rendered a few at a time, and each reader's pages one after the other. Text that streams to other people waits
for a few messages at most. The HTML of rows is stored, so that it is rendered once.
"""

import time
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache

from agentex_web.background import in_background
from agentex_web.chat.message_views import MessageView, within
from agentex_web.computing import computed
from agentex_web.journal.messages import keep_html
from agentex_web.rendering.fields import fields_html, growing_fields_html, is_fields
from agentex_web.rendering.markdown import plain_html, to_html
from agentex_web.rendering.unfinished import closed_to_html
from agentex_web.tasks.models import Message
from agentex_web.tasks.reader_semaphores import ReaderSemaphores
from agentex_web.tasks.threads import in_database

RENDERED = 64
"""Texts whose HTML is cached, for pages that open the same chat at the same time."""
PART_MESSAGES, PART_CHARACTERS = 20, 20_000
"""About how much is rendered before others have their turn."""
PAGE_SECONDS = 10.0
"""CPU time for the messages of one page. The rest is shown as plain text."""

_places = ReaderSemaphores(1)


async def render_for(reader: Hashable, views: Iterable[MessageView]) -> None:
    """Adds the HTML that is missing, and stores that of rows that no longer change.

    Args:
        reader: whose pages are rendered one after the other, such as a person's id.
    """
    missing = [each for each in within(views) if is_missing_html(each.message)]
    if not missing:
        return
    rendered: list[MessageView] = []
    async with _places.of(reader):
        left = PAGE_SECONDS
        for part in _parts(missing):
            left -= await computed(_render, part, left, rendered)
    if ended := {each.message.pk: each.message.html for each in rendered if _is_ended_row(each.message)}:
        in_background(in_database(keep_html, ended), "Storing the HTML of messages")


def _is_ended_row(message: Message) -> bool:
    is_row = not message._state.adding  # noqa: SLF001  (documented by Django)
    return is_row and message.status != Message.Status.STREAMING


def _parts(views: list[MessageView]) -> Iterator[list[MessageView]]:
    part: list[MessageView] = []
    size = 0
    for view in views:
        length = len(view.message.content)
        if part and (len(part) == PART_MESSAGES or size + length > PART_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(view)
        size += length
    if part:
        yield part


def _render(part: list[MessageView], seconds: float, rendered: list[MessageView]) -> float:
    """Renders the messages while there is time left, and adds them to ``rendered``. Returns the CPU time that
    it took.
    """
    began = time.thread_time()
    for view in part:
        if time.thread_time() - began < seconds:
            render_missing([view])
            rendered.append(view)
        else:
            view.message.html = plain_html(view.message.content)
    return time.thread_time() - began


def is_missing_html(message: Message) -> bool:
    """True for streaming texts, rows of other programs, and those that an import had no time to render."""
    prose = message.kind in (Message.Kind.TEXT, Message.Kind.REASONING)
    return bool(prose and message.author != Message.Author.USER and message.content and not message.html)


def render_missing(views: Iterable[MessageView]) -> None:
    """Renders messages without HTML. Takes CPU time; for a page, use ``render_for``."""
    for view in within(views):
        message = view.message
        if is_missing_html(message):
            streams = message.status == Message.Status.STREAMING
            message.html = _rendered(
                message.content, streams, is_structured=bool(message.data.get("structured"))
            )


@lru_cache(maxsize=RENDERED)
def _rendered(content: str, streams: bool, *, is_structured: bool) -> str:
    if is_structured and is_fields(content):
        return growing_fields_html(content) if streams else fields_html(content)
    return closed_to_html(content) if streams else to_html(content)
