"""The demo model without a script: it thinks aloud, calls a tool or an agent that fits, and answers."""

from __future__ import annotations

import json
import re

from . import haiku, memory, prose, tool_choice, tool_prose
from .answers import Json
from .evidence import gather
from .fill import Filler
from .prompt import Prompt, Tool
from .words import pick, quoted, topic

_WANTS_HAIKU = re.compile(r"\bhaikus?\b", re.IGNORECASE)
_WANTS_TITLE = re.compile(r"\b(write|give|generate|suggest|create|find)\b.{0,60}\btitle\b", re.IGNORECASE)
_TITLE_WORDS = 6


def reply(prompt: Prompt) -> list[Json]:
    """The output items that the demo model answers with; a pure function of the prompt."""
    if calls := tool_choice.calls(prompt):
        return [_thought(_about_calls(calls)), *calls]
    message = prompt.last_user_text
    about = topic(message) or "this"
    if prompt.schema is not None:
        filled = Filler(gather(message), prompt.schema).fill(prompt.schema)
        thought = f"The answer has to fit a JSON schema, so I fill it in from the message about {about}."
        return [_thought(thought), _text(json.dumps(filled, ensure_ascii=False))]
    if _WANTS_TITLE.search(prompt.instructions):
        return [_text(_title(message))]
    if told := tool_prose.retold(prompt.since_user):
        return [_thought("The tools have answered. I only have to put it into words."), _text(told)]
    recollection = memory.recollection(prompt)
    if _WANTS_HAIKU.search(prompt.instructions) or _WANTS_HAIKU.search(message):
        return _haiku(prompt)
    if recollection:
        thought = "This is about our conversation, so I look back at what was said."
        return [_thought(thought), _text(recollection)]
    return [_thought(_about_message(message, about)), _text(prose.friendly(prompt))]


def _haiku(prompt: Prompt) -> list[Json]:
    if (earlier := memory.earlier_message(prompt)) is not None:
        thought = "They ask what they said before. I look it up and keep it short."
        return [_thought(thought), _text(haiku.remembering(earlier))]
    message = prompt.last_user_text
    about = topic(re.sub(r"\bhaikus?\b", "", message, flags=re.IGNORECASE)) or "a small moment"
    thought = pick(
        (
            f"A haiku about {about}: five syllables, seven, five. I will look for one clear image.",
            f"Three short lines will do for {about}. I count on my fingers: five, seven, five.",
            f"What does {about} look like, close up? One picture, then a turn, in seventeen syllables.",
        ),
        message,
    )
    return [_thought(thought), _text(haiku.compose(message, len(prompt.user_texts) - 1))]


def _about_calls(calls: list[Json]) -> str:
    name = calls[0]["name"]
    tool = Tool(name, "")
    if tool.is_handoff:
        return f"This is not for me: the {tool.agent} agent knows more about it. I will hand over."
    if len(calls) > 1:
        return f"The tool `{name}` fits, and I need it {len(calls)} times. The calls can run side by side."
    return f"I should not guess here. The tool `{name}` fits, so I call it with {calls[0]['arguments']}."


def _about_message(message: str, about: str) -> str:
    if message.rstrip().endswith("?") and about != "this":
        return f"The question is about {about}. I will say what I can, and be honest that I am only a demo."
    return f"The user writes {quoted(message.rstrip(' .!'), 60)}. A short, friendly answer is enough."


def _title(message: str) -> str:
    title = topic(message) or " ".join(message.split()[:_TITLE_WORDS]) or "New conversation"
    return title[0].upper() + title[1:]


def _thought(summary: str) -> Json:
    return {"type": "reasoning", "summary": [summary]}


def _text(text: str) -> Json:
    return {"type": "text", "text": text}
