"""Continues an answer that was cut: makes the same answer again and sends what was missing."""

from dataclasses import dataclass, replace

from .answers import Answer, text
from .prompt import Prompt

# The beginning of the product's instruction (agentex_web/turns/continuing.py).
_ASKS = "Your last answer was cut off"
_THAT_IS_ALL = " … and that was all that I had to say."


@dataclass(frozen=True, slots=True)
class CutAnswer:
    """The text before the cut, and the prompt that it answered."""

    said: str
    asked: Prompt


def cut_answer(prompt: Prompt) -> CutAnswer | None:
    """The answer that the prompt asks to continue; None if it asks for a new one."""
    if len(prompt.entries) < 3 or not prompt.message.startswith(_ASKS):
        return None
    *asked, said, _ = prompt.entries
    if said.kind != "assistant":
        return None
    return CutAnswer(said.text, replace(prompt, entries=tuple(asked)))


def rest(answer: Answer, said: str) -> Answer:
    """The part of an answer that has not been said yet."""
    whole = next((item["content"][0]["text"] for item in answer.output if item["type"] == "message"), "")
    words = whole.removeprefix(said) if whole.startswith(said) else _THAT_IS_ALL
    return replace(answer, output=[text(words)], fault=None)
