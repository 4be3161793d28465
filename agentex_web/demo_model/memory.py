"""What the persona remembers: only what the conversation in its input says."""

from __future__ import annotations

import re

from .prompt import Prompt
from .words import quoted

_ASKS_FIRST = re.compile(r"\b(first|at the (start|beginning))\b", re.IGNORECASE)
_ASKS_BEFORE = re.compile(
    r"\bwhat (did|have|was|were|had) (i|my|we)\b.*\b(say|said|ask|asked|tell|told|question|message|talk)"
    r"|\b(do|can) you (remember|recall)\b|\bremind me what\b",
    re.IGNORECASE | re.DOTALL,
)
_ASKS_NAME = re.compile(r"\bwhat(?:'s|’s|s| is| was) my name\b|\bwho am i\b|\bmy name\?", re.IGNORECASE)
_TELLS_NAME = re.compile(r"\b(?:[Mm]y name(?:'s|’s| is)|[Cc]all me|I am|I[’']m)\s+([A-ZÀ-Þ][\w’'-]+)")


def name_of_user(prompt: Prompt) -> str | None:
    """The name the user last gave, in this message or an earlier one."""
    for text in reversed(prompt.user_texts):
        if found := _TELLS_NAME.search(text):
            return found.group(1)
    return None


def tells_name(message: str) -> bool:
    """Whether the message introduces its writer."""
    return _TELLS_NAME.search(message) is not None


def earlier_message(prompt: Prompt) -> str | None:
    """The user message that is asked for: the first, or the one before; None if nothing is asked for."""
    *before, message = prompt.user_texts or [""]
    if not _ASKS_BEFORE.search(message) or not before:
        return None
    return before[0] if _ASKS_FIRST.search(message) else before[-1]


def recollection(prompt: Prompt) -> str | None:
    """The answer to a question about the conversation itself; None if the message is no such question."""
    message = prompt.last_user_text
    if _ASKS_NAME.search(message):
        name = name_of_user(prompt)
        if name:
            return f"You told me your name: **{name}**."
        return "You have not told me your name yet. What should I call you?"
    if not _ASKS_BEFORE.search(message):
        return None
    earlier = earlier_message(prompt)
    if earlier is None:
        return "This is the first thing you have written here, so there is nothing to look back on yet."
    when = "The first thing you wrote was" if _ASKS_FIRST.search(message) else "Just before, you wrote"
    return f"{when}: {quoted(earlier, 300)}"
