"""Suggestions for the next message, for the product's request in worker/suggestions.py."""

from .prompt import Prompt

_ASKED = "Write up to three short messages that the user may want to send next"


def is_asked(prompt: Prompt) -> bool:
    return prompt.instructions.startswith(_ASKED)


def followups(_prompt: Prompt) -> str:
    return "Tell me more about it\nGive me an example\nSay it in one sentence"
