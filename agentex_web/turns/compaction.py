"""Continues a conversation that is too long for its model: a summary replaces the turns before.

The same model writes the summary, in calls that are not shown. Once the model has answered with it, the
summary is stored with the turn as the summary of all turns before. The record keeps those turns unchanged.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError

from agentex_web.failure_types import CONTEXT_EXCEEDED, MAY_COMPACT
from agentex_web.memory import from_summary
from agentex_web.turns import record
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.record_payloads import KeepSummary
from agentex_web.turns.scope import Scope
from agentex_web.turns.transcript import transcript
from agentex_web.turns.turn_items import Item
from agents import ItemHelpers, ModelResponse

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

Ask = Callable[[str], Awaitable[str]]
"""Sends a prompt to the model and returns its text."""
Call = Callable[[Scope, Mapping[str, Any]], Awaitable[ModelResponse]]
"""Calls the model with an input, for a scope."""


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


def split_input(progress: TurnProgress, given: Mapping[str, Any]) -> SplitInput | None:
    """Splits the input of a model call at the turn's message. Returns None if nothing comes before it, or if
    the input does not contain it (as for agents used as tools).
    """
    items = given.get("input")
    if not isinstance(items, list) or given.get("previous_response_id") or given.get("conversation_id"):
        return None
    own = [number for number, item in enumerate(items) if progress.input and item == progress.input[0]]
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


async def call_with_summary(
    here: Scope, split: SplitInput, given: Mapping[str, Any], call: Call
) -> ModelResponse:
    """Summarises the turns before, then calls the model with the summary in their place.

    Args:
        given: the call's input, which was too long.
        call: calls the model with an input.

    Raises:
        ActivityError: the model failed, or the rest is too long by itself.
    """
    progress, path = here.progress, here.progress.next_path

    async def ask(prompt: str) -> str:
        asking = replace(here, summarises=True, continues="")
        answer = await call(asking, _unaided(given, prompt))
        texts = [ItemHelpers.extract_last_content(item) for item in answer.output if item.type == "message"]
        return "\n\n".join(texts).strip()

    summary = await summarised(split.before, ask)
    response = await call(here, {**given, "input": split.with_summary(summary)})
    # Store it only after the model has answered: if a message is too long by itself, no history is lost.
    progress.summary = summary
    await record.keep_summary(KeepSummary(progress.task_id, progress.turn_id, summary, path))
    return response


def _unaided(given: Mapping[str, Any], prompt: str) -> Mapping[str, Any]:
    """A model call with only this prompt: without tools or an output schema."""
    settings = replace(given["model_settings"], tool_choice=None, parallel_tool_calls=None)
    return {
        **given,
        "system_instructions": INSTRUCTIONS,
        "input": prompt,
        "model_settings": settings,
        "tools": [],
        "handoffs": [],
        "output_schema": None,
        "prompt": None,
    }


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
