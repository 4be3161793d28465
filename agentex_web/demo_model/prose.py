"""What the persona says when no tool fits: friendly, related to the message, honest about itself."""

from __future__ import annotations

import re

from . import memory
from .prompt import Prompt
from .words import pick, tokens_of, topic

_GREETING = re.compile(r"\W*(hi|hiya|hello|hey|good (morning|afternoon|evening)|howdy)\b", re.IGNORECASE)
_THANKS = re.compile(r"\b(thanks?|thank you|thx|cheers)\b", re.IGNORECASE)
_WELL_BEING = re.compile(r"\bhow are you\b|\bhow('s| is) it going\b", re.IGNORECASE)
_WHO = re.compile(r"\b(who|what) are you\b|\bwhat can you do\b|\bhelp me start\b", re.IGNORECASE)
_BYE = re.compile(r"\W*(bye|goodbye|see you|good night)\b", re.IGNORECASE)
_ROLE = re.compile(r"\byou(?:'re|’re| are) (?:a|an|the) ([^.,;:\n]{3,60})", re.IGNORECASE)

_QUESTIONS = (
    "you are asking about {}. I would start with what you already know about it, and with the one thing you "
    "most want to find out.",
    "about {}: a useful first step is to split the question in two. What is certain, and what only seems so?",
    "there is more than one way to look at {}. Which one helps depends on what you need it for.",
)
_REMARKS = (
    "I have noted what you said about {}. What should happen next?",
    "understood: {}. The first small step is usually to write down what *done* looks like.",
    "I am happy to think along about {}. Which part of it matters most to you?",
)

_KEY = "`OPENAI_API_KEY`"
_CONNECT = f"Set {_KEY} in `.env` and a real model will answer here instead."


def friendly(prompt: Prompt) -> str:
    """A couple of sentences of Markdown for the latest user message."""
    message = prompt.last_user_text
    name = memory.name_of_user(prompt)
    to = f", {name}" if name else ""
    if memory.tells_name(message):
        return f"Nice to meet you{to}! I will remember that for the rest of this conversation."
    if len(message) < 60:
        for pattern, answer in (
            (_WELL_BEING, f"Running smoothly, thank you for asking{to}! What is on your mind?"),
            (_THANKS, f"You are welcome{to}! Is there anything else you would like to try?"),
            (_BYE, f"Goodbye{to}! This conversation will be here when you come back."),
        ):
            if pattern.search(message):
                return answer
    if _WHO.search(message):
        return _introduction(prompt)
    if _GREETING.match(message) and len(tokens_of(message)) < 6:
        return f"Hello{to}! 👋 {_introduction(prompt)}"
    return "\n\n".join(part for part in (_reply(prompt), _offer(prompt), _mention_key(prompt)) if part)


def role(instructions: str) -> str:
    """What the instructions make of the model, as `refund specialist`; empty for a mere assistant."""
    found = _ROLE.search(instructions)
    if not found:
        return ""
    words = re.split(r"\b(?:who|that|for|and|with|in|at|to)\b", found.group(1))[0].strip()
    return "" if "assistant" in words.lower() or not words else words


def _introduction(prompt: Prompt) -> str:
    part = role(prompt.instructions)
    who = f"the **demo model**, here as the {part}" if part else "the **demo model**"
    return (
        f"I am {who}. I run on this machine, need no key and make things up from a small set of rules. "
        f"Try `/markdown`, `/think` or `/help` to see what the chat can show. {_CONNECT}"
    )


def _reply(prompt: Prompt) -> str:
    message = prompt.last_user_text
    attached = prompt.entries and [e for e in prompt.entries if e.kind == "user"][-1:]
    if attached and attached[0].attachments:
        files = ", ".join(f"*{name}*" for name in attached[0].attachments)
        return f"I can see that you attached {files}, but the demo model cannot look inside."
    about = topic(message)
    if not about:
        return "I am listening. Tell me a little more, in any words you like."
    thing = f"**{about}**"
    part = role(prompt.instructions)
    words = pick(_QUESTIONS if message.rstrip().endswith("?") else _REMARKS, message).format(thing)
    return f"Speaking as the {part}: {words}" if part else words[0].upper() + words[1:]


def _offer(prompt: Prompt) -> str:
    """The tools and agents on offer, when the message fitted none of them."""
    used = any(entry.kind == "tool_call" for entry in prompt.since_user)
    if used or not prompt.tools:
        return ""
    names = []
    for tool in prompt.tools:
        if tool.is_handoff:
            names.append(f"the {tool.agent} agent")
        else:
            names.append(f"`{tool.name}`")
    return f"Here I can also turn to {', '.join(names)}; just ask for something that fits."


def _mention_key(prompt: Prompt) -> str:
    """Once in a conversation is enough."""
    if any(entry.kind == "assistant" and _KEY in entry.text for entry in prompt.entries):
        return ""
    return f"*I am the demo model, so do not take my word for it. {_CONNECT}*"
