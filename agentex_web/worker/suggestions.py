"""Suggestions of what a person may want to say after an answer, written by a model.

A duty of the worker writes them, like titles: no turn waits for them, and they appear in no workflow history.
"""

import asyncio
import logging
import re

from django.conf import settings

from agentex_web.journal.record import record
from agentex_web.journal.suggesting import suggest
from agentex_web.suggestions import due
from agentex_web.suggestions.due import Answered
from agentex_web.tasks.threads import in_database
from agentex_web.worker.asking import ask

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Number of answers for which one worker requests suggestions at the same time."""
ANSWER_SECONDS = 30.0
MOST, LENGTH = 3, 100
_MARKS = re.compile(r"^[\s>*•–-]{0,6}(?:\d{1,2}[.)]\s{1,3})?[\s\"'“”„«»*_`]{0,6}")
"""What models put before a list entry."""
INSTRUCTIONS = (
    "Write up to three short messages that the user may want to send next in this conversation: questions "
    "or requests, at most ten words each, as the user would write them, in the language of the user. Answer "
    "with one on each line and nothing else. If nothing suggests itself, answer with nothing."
)


async def suggest_after_answers() -> int:
    """Makes one sweep; returns the number of answers that it handled."""
    if not due.wanted():
        return 0
    found = await in_database(due.claim_answered, AT_ONCE)
    await asyncio.gather(*map(_suggest, found))
    return len(found)


async def _suggest(answer: Answered) -> None:
    if not answer.answered:
        return
    prompt = f"User: {answer.asked}\n\nAssistant: {answer.answered}"
    model = settings.AGENTEX_SUGGESTION_MODEL or answer.model
    try:
        said = await asyncio.wait_for(ask(model, INSTRUCTIONS, prompt), ANSWER_SECONDS)
    except Exception as error:  # noqa: BLE001  (any error: suggestions are optional)
        logger.info("Turn %s: nothing was suggested (%s)", answer.turn_id, error)
        return
    if texts := suggestions_in(said):
        await record(suggest, answer.task_id, answer.turn_id, texts)


def suggestions_in(said: str) -> list[str]:
    """The suggestions in a model's answer, at most MOST. Lines that are too long are dropped."""
    lines = [" ".join(_MARKS.sub("", line).split()) for line in said[:4_000].splitlines()]
    texts = [line.rstrip("\"'“”„«»*_`") for line in lines]
    return list(dict.fromkeys(text for text in texts if 0 < len(text) <= LENGTH))[:MOST]
