"""Titles of conversations, for the product's request in worker/titles.py."""

import re

from .prompt import Prompt

_ASKED = "Write a title for this conversation"
_PROMPT = re.compile(r"User: (.{0,2000}?)(?:\n\nAssistant: |$)", re.DOTALL)
_COMMAND = re.compile(r"/([a-z]{2,20})\b")
_OPENINGS = re.compile(
    r"(?:please|hi|hello|hey|can you|could you|would you|write|tell me|give me|show me|what is|what are|"
    r"what's|how is|how do i|explain|(?:the|a|an|me|us|about|of)(?=\s))[\s,!]{1,3}",
    re.IGNORECASE,
)
WORDS = 6


def is_asked(prompt: Prompt) -> bool:
    return prompt.instructions.startswith(_ASKED)


def title(prompt: Prompt) -> str:
    """A title from the first meaningful words of the person's message."""
    found = _PROMPT.match(prompt.message)
    asked = " ".join((found[1] if found else prompt.message).split())
    if command := _COMMAND.match(asked):
        return f"Demo: {command[1]}"
    short = asked[:200]
    while (opening := _OPENINGS.match(short)) and len(short[opening.end() :].split()) > 1:
        short = short[opening.end() :]
    sentence = re.split(r"[.!?。！？;:](?:\s|$)", short, maxsplit=1)[0] or short
    words = sentence.split()
    kept = " ".join(words[:WORDS]).strip(" ,;:.!?")[:60]
    return kept[:1].upper() + kept[1:] if kept else "A new chat"
