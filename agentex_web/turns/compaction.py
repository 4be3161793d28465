"""Continues a conversation that is too long for its model: a summary replaces the turns before.

The same model writes the summary, in calls that are not shown. Once the model has answered with it, the
summary is stored with the turn as the summary of all turns before. The record keeps those turns unchanged.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError

from agentex_web.call_items import arguments_of, is_own_call
from agentex_web.failure_types import CONTEXT_EXCEEDED, MAY_COMPACT
from agentex_web.memory import from_summary
from agentex_web.turns.part import TurnPart
from agentex_web.turns.turn_items import Item

INSTRUCTIONS = (
    "You summarise a conversation between a user and an assistant, so that the assistant can go on with it "
    "without the text. Keep what the user wants and decided, names, numbers, dates, file names, the results "
    "of tools, and what is still open. Leave out greetings and how it was said. Write in the language of the "
    "conversation. Answer with the summary alone."
)
OLDER_SHARE = 0.2
"""The minimum share of the input that must come from the turns before. If it is lower, the new part is too
long by itself, and a summary would not help.
"""
SHORTEST = 4_000
"""The minimum size, in characters, of the pieces in which a conversation is summarised."""
TEXT_LENGTH, RESULT_LENGTH = 20_000, 2_000
"""The maximum number of characters of a message, and of a tool's result, that go into a summary."""

Ask = Callable[[str], Awaitable[str]]
"""Sends a prompt to the model and returns its text."""


@dataclass(frozen=True)
class SplitInput:
    """A model's input, split at the turn's message.

    Attributes:
        before: the items of the turns before, which a summary may replace.
        own: the person's message and everything after it.
    """

    before: list[Item]
    own: list[Item]

    def with_summary(self, summary: str) -> list[Item]:
        """The input with a summary in place of the turns before."""
        return [*from_summary(summary), *self.own]


def split_input(part: TurnPart, given: Mapping[str, Any]) -> SplitInput | None:
    """Splits the input of a model call at the turn's message. Returns None if nothing comes before it, or if
    the input does not contain it (as for agents used as tools).
    """
    items = given.get("input")
    if not isinstance(items, list) or given.get("previous_response_id") or given.get("conversation_id"):
        return None
    own = [number for number, item in enumerate(items) if part.input and item == part.input[0]]
    return SplitInput(items[: own[-1]], items[own[-1] :]) if own and own[-1] else None


def summary_may_help(split: SplitInput) -> bool:
    """False if the turns before are so short that removing them would not help."""
    before, own = (len(json.dumps(each, default=str)) for each in (split.before, split.own))
    return before >= OLDER_SHARE * (before + own)


def is_too_long(error: ActivityError) -> bool:
    """True if the model refused the call for its length, and the worker's settings allow a summary."""
    cause = error.cause
    return (
        isinstance(cause, ApplicationError)
        and cause.type == CONTEXT_EXCEEDED
        and MAY_COMPACT in cause.details
    )


async def summarised(items: list[Item], ask: Ask) -> str:
    """Summarises a conversation. If it is too long for one call, in smaller and smaller pieces.

    Raises:
        ActivityError: the model failed, or even pieces of ``SHORTEST`` characters are too long for it.
    """
    text = transcript(items)
    size = max(len(text) // 2 + 1, SHORTEST)
    while True:
        try:
            return await _piece_by_piece(text, size, ask)
        except ActivityError as error:
            if not is_too_long(error) or size <= SHORTEST:
                raise
            size = max(size // 2, SHORTEST)


async def _piece_by_piece(text: str, size: int, ask: Ask) -> str:
    summary = ""
    for start in range(0, len(text), size):
        known = f"Summary of what came before:\n{summary}\n\n" if summary else ""
        piece = text[start : start + size]
        summary = await ask(f"{known}<conversation>\n{piece}\n</conversation>\n\nSummarise all of it.")
    return summary


def transcript(items: list[Item]) -> str:
    """A conversation as plain text. Reasoning is left out. Files appear as “(a file)”: their names are not
    known here.
    """
    return "\n\n".join(filter(None, map(_line, items)))


def _line(item: Any) -> str:
    kind = item.get("type", "message")
    if item.get("role") in ("user", "assistant", "system", "developer"):
        return f"{item['role']}: {_text(item.get('content'))[:TEXT_LENGTH]}"
    if is_own_call(item):
        name = item.get("name") or str(kind).removesuffix("_call")
        return f"tool call {name}: {arguments_of(item)[:RESULT_LENGTH]}"
    if str(kind).endswith("_output"):
        return f"tool result: {_text(item.get('output'))[:RESULT_LENGTH]}"
    return ""


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [
        part.get("text") or part.get("refusal") or "(a file)" for part in parts if isinstance(part, dict)
    ]
    return "\n".join("(a file)" if text.startswith("attachment:") else text for text in texts)
