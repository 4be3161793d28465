"""Titles of chats, written by a model after the first answer.

A field marks a chat whose title is due (`Task.title_due`), and a duty of the worker requests it. So no turn
waits for a title, no workflow history contains it, and a request that a crash interrupts is repeated.
"""

import asyncio
import logging
import re

from django.conf import settings

from agentex_web.journal.record import record
from agentex_web.journal.task import keep_model_title
from agentex_web.tasks import titles
from agentex_web.tasks.threads import in_database
from agentex_web.tasks.titles import Untitled
from agentex_web.worker.asking import ask

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Number of titles that one worker requests at the same time."""
ANSWER_SECONDS = 60.0
LENGTH = 80
_MARKS = " #*_`\"'“”„«»"
"""What models put around a title."""
INSTRUCTIONS = (
    "Write a title for this conversation: two to six words that say what it is about, in the language of the "
    "user. Answer with the title alone, without quotation marks and without a full stop."
)


async def title_due_chats() -> int:
    """Makes one sweep; returns the number of chats that it handled."""
    if not titles.wanted():
        return 0
    due = await in_database(titles.claim_untitled, AT_ONCE)
    await asyncio.gather(*map(_title, due))
    return len(due)


async def _title(chat: Untitled) -> None:
    try:
        title = await asyncio.wait_for(_ask(chat), ANSWER_SECONDS)
    except Exception as error:  # noqa: BLE001  (any error: the chat has a title already)
        logger.info("Task %s: no title was written (%s)", chat.task_id, error)
        return
    if title:
        await record(keep_model_title, chat.task_id, title)


async def _ask(chat: Untitled) -> str:
    prompt = f"User: {chat.asked}\n\nAssistant: {chat.answered}"
    return title_in(await ask(settings.AGENTEX_TITLE_MODEL or chat.model, INSTRUCTIONS, prompt))


def title_in(answer: str) -> str:
    """The title in a model's answer; empty if there is none."""
    lines = [line for line in answer[:4_000].splitlines() if line.strip()]
    if not lines:
        return ""
    line = re.sub(r"^(?:title|titel)\s{0,5}:", "", lines[0].strip(_MARKS), flags=re.IGNORECASE)
    words = " ".join(line.strip(_MARKS).rstrip(".").split())
    return words if len(words) <= LENGTH else f"{words[: LENGTH - 1].rstrip()}…"
