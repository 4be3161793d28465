"""The demo model's own sentences, chosen by the agent's subject, and its haiku."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

from .prompt import Prompt

_CONNECT = "Set `OPENAI_API_KEY` in `.env`, and a real model answers here instead."
_INTRODUCTION = f"I am the **demo model**. Type `/help` to see what I can show. {_CONNECT}"
_MEMORY = r"\b(my name\?|who am i|(do|can) you remember|what did (i|we) (say|ask|write|tell|talk))"

_STORED: dict[str, Any] = json.loads((Path(__file__).parent / "sentences.json").read_text(encoding="utf-8"))
# Maps patterns of whole messages to answers.
_SMALL_TALK: dict[str, str] = _STORED["small_talk"]
# Maps words in the agent's instructions to the answers to the first message, the second, and so on.
_BY_SUBJECT: dict[str, list[str]] = _STORED["subjects"]
# Maps words in the message to a haiku (slashes separate lines); those with a blank key fit any message.
HAIKU: dict[str, str] = _STORED["haiku"]


def reply(prompt: Prompt) -> str:
    """A few sentences of Markdown for the latest user message."""
    if recalled := _recollection(prompt):
        return recalled
    for pattern, answer in _SMALL_TALK.items():
        if re.fullmatch(pattern, prompt.message, re.IGNORECASE):
            return answer.format(introduction=_INTRODUCTION)
    if confirmed := re.match("confirm: *(.+)", prompt.message, re.IGNORECASE | re.DOTALL):
        return f"It is confirmed: {confirmed[1].strip()}"
    if files := [name for entry in prompt.entries if entry.kind == "user" for name in entry.attachments]:
        return f"You attached {', '.join(files[:5])}. The demo model does not look inside files. {_CONNECT}"
    if agents := " or ".join(f"the {tool.agent}" for tool in prompt.tools if tool.agent):
        return f"I can hand you over to {agents}. Which one do you need?"
    for words, says in _BY_SUBJECT.items():
        if re.search(words, prompt.instructions, re.IGNORECASE):
            return says[min(len(prompt.user_texts), len(says)) - 1]
    return f"A real model would now answer {_quoted(prompt.message)}. The demo model cannot. {_CONNECT}"


def haiku(prompt: Prompt) -> str:
    """A haiku for the latest user message; or the earlier messages, if it asks about them."""
    said = set(re.findall(r"\w+", prompt.message.lower()))
    fitting = [lines for words, lines in HAIKU.items() if said & set(words.split())]
    others = [lines for words, lines in HAIKU.items() if not words.strip()]
    # crc32 instead of `hash`, so that the same message gets the same haiku in every process.
    number = zlib.crc32(prompt.message.encode(errors="replace"))
    chosen = fitting[0] if fitting else others[number % len(others)]
    # Two spaces at the end of a line are a line break in Markdown.
    return _recollection(prompt) or chosen.replace(" / ", "  \n")


def _recollection(prompt: Prompt) -> str:
    """The user's earlier messages, if the latest one asks about them; empty otherwise."""
    if not re.search(_MEMORY, prompt.message, re.IGNORECASE):
        return ""
    earlier = "\n".join(f"- {_quoted(words)}" for words in prompt.user_texts[:-1][-10:])
    return f"Your earlier messages:\n\n{earlier}" if earlier else "You have not told me anything before this."


def _quoted(text: str) -> str:
    return f"“{' '.join(text[:100].split())}{'…' if len(text) > 100 else ''}”"
