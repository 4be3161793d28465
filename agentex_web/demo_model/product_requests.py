"""Answers the product's own requests: for titles, for suggestions, and for the rest of a cut answer."""

import re
from dataclasses import replace

from .answers import Answer, text
from .prompt import Prompt

# The beginnings of the requests: worker/titles.py, worker/suggestions.py, turns/continuing.py.
_TITLE = "Write a title for this conversation"
_SUGGESTIONS = "Write up to three short messages that the user may want to send next"
_CUT = "Your last answer was cut off"
_PROMPT = re.compile(r"User: (.{0,2000}?)(?:\n\nAssistant: |$)", re.DOTALL)
_COMMAND = re.compile(r"/([a-z]{2,20})\b")
_OPENING = re.compile(r"(?i)(?:please|(can|could) you|write|tell me|(the|an?|me|us|about|of)(?= ))[ ,!]{1,3}")
_LOOSE_ENDS = re.compile(r"(?i)(?: (?:and|or|but|the|an?|of|in|on|at|to|for|with|from|by|is|i),?)+$")


def product_answer(prompt: Prompt) -> str:
    """The answer to a request of the product; empty for other prompts."""
    if prompt.instructions.startswith(_SUGGESTIONS):
        return "Tell me more about it\nGive me an example\nSay it in one sentence"
    return _title(prompt) if prompt.instructions.startswith(_TITLE) else ""


def _title(prompt: Prompt) -> str:
    """A title from the first meaningful words of the person's message."""
    asked = found[1] if (found := _PROMPT.match(prompt.message)) else prompt.message
    short = " ".join(asked.split())[:200]
    if command := _COMMAND.match(short):
        return f"Demo: {command[1]}"
    while (opening := _OPENING.match(short)) and len(short[opening.end() :].split()) > 1:
        short = short[opening.end() :]
    words = (re.split(r"[.!?。！？;:](?:\s|$)", short, maxsplit=1)[0] or short).split()
    kept = " ".join(words) if len(words) < 9 else _LOOSE_ENDS.sub("", " ".join(words[:8]))
    kept = kept.strip(" ,;:.!?")[:60]
    return kept[:1].upper() + kept[1:] if kept else "A new chat"


def cut_answer(prompt: Prompt) -> tuple[str, Prompt] | None:
    """The text before the cut and the prompt that it answered; None if the prompt asks for a new answer."""
    if len(prompt.entries) < 3 or not prompt.message.startswith(_CUT):
        return None
    *asked, said, _ = prompt.entries
    return (said.text, replace(prompt, entries=tuple(asked))) if said.kind == "assistant" else None


def rest(answer: Answer, said: str) -> Answer:
    """The part of an answer that has not been said yet."""
    whole = next((item["content"][0]["text"] for item in answer.output if item["type"] == "message"), "")
    words = whole.removeprefix(said) if whole.startswith(said) else " … and that was all that I had to say."
    return replace(answer, output=[text(words)], fault=None)
