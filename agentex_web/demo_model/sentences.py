"""What the demo model says of itself: sentences by the agent's subject, and haiku."""

import re
import zlib

from .prompt import Prompt

_CONNECT = "Set `OPENAI_API_KEY` in `.env`, and a real model answers here instead."
_INTRODUCTION = f"I am the **demo model**. Type `/help` to see what I can show. {_CONNECT}"

# Word in the agent's instructions -> what it answers to the first message, the second, and so on.
_BY_SUBJECT = {
    "billing|invoice|payment|refund": (
        "I am sorry for the trouble. Which order or invoice is it about, and what amount did you expect?",
        "Thank you. On which day was it charged?",
        "Thank you, that is all that a billing specialist needs. The demo model cannot look into an account.",
    ),
    "support|technical|trouble": (
        "Let us take it one step at a time. Which device and which version do you use?",
        "Thank you. What do you see just before it happens?",
        "Please restart it and try once more. If it happens again, a person has to look at it.",
    ),
    "weather|forecast": (
        "For which city would you like to know the weather?",
        "Name a city, and I look it up.",
    ),
    "travel|trip|flight|hotel": (
        "Where would you like to go, and on which days?",
        "How many people travel, and what may it cost?",
    ),
    "tutor|teach|homework|lesson": (
        "Which part have you understood, and where does it stop making sense?",
        "Try the first step yourself, and write down what you get.",
    ),
    "code|program|developer|software": (
        "Which language is it, what should the code do, and what does it do now?",
        "Please show me the shortest piece of code that goes wrong, and the error message.",
    ),
    "write|writer|editor|essay|story": (
        "Who will read it, and how long should it be?",
        "What is the one sentence that readers should remember?",
    ),
    "translat": ("Which language shall I translate it into? The demo model itself speaks only English.",),
    "research|search|analy": (
        "What do you know already, and which question should the research answer?",
        "Which sources do you trust for this?",
    ),
    "recipe|cook|food": ("What is in your kitchen, and for how many people?",),
    "sales|shop|order|product": ("Which product or order is it about?", "Thank you. How many do you need?"),
}
_ANYTHING = (
    "I have read {}, but I am the demo model and know nothing about it.",
    "A real model would now answer {}. The demo model cannot.",
    "You wrote {}. I am the demo model: I can show you the chat, but I have no knowledge.",
)
_SMALL_TALK = {
    r"\W*(hi|hello|hey|good (morning|afternoon|evening))\b.{0,20}": f"Hello! {_INTRODUCTION}",
    r".{0,20}\b(thanks?|thank you)\b.{0,20}": "You are welcome. Is there anything else that you would like to try?",
    r"\W*(bye|goodbye|good night)\b.{0,20}": "Goodbye! This conversation will be here when you come back.",
    r".{0,30}\b(who|what) are you\b.{0,20}|.{0,20}\bwhat can you do\b.{0,20}": _INTRODUCTION,
}
_MEMORY = r"\b(my name\?|who am i|(do|can) you remember|what did (i|we) (say|ask|write|tell|talk))"

# Words that call for it -> a haiku.
HAIKU = {
    "sea ocean beach wave tide water": "The tide writes its name,\nwaves fold blue into silver,\nsand forgets our steps.",
    "workflow durable crash temporal code recursion programming software bug": (
        "A function calls home,\nthe stack remembers each step,\nand the base case rests."
    ),
    "monday work office meeting cheer": "Monday knocks, comes in,\nthe list grows a little list,\ndone is a small bell.",
    "rain weather storm cloud": "First drops on the roof,\none umbrella blooms, then ten,\nthe sun tries again.",
    "night star stars moon sky": "Stars, and then more stars,\nold light ends its journey here,\nnothing needs a name.",
    "cat cats kitten": "The cat claims the sun,\na box becomes a kingdom,\ndinner is at five.",
    "coffee tea bread food cook": "Steam curls from the cup,\nthe first sip opens the day,\nwarm hands, no hurry.",
    "love friend family mother father": "Two cups on the sill,\nyour laugh arrives before you,\neven rain sounds kind.",
    "winter snow cold": "Snow, and then no sound,\na fox signs the field and goes,\nseeds dream underground.",
    "": "A small word arrives,\nturned over like a smooth stone,\nhold it to the light.",
    " ": "You ask, and I pause,\none question wakes another,\nmorning knows the way.",
    "  ": "The page waits for you,\nsmall lanterns along the path,\nlisten, it answers.",
    "   ": "One bud, still not sure,\ngreen climbs up the garden gate,\nrain does the rest now.",
}


def reply(prompt: Prompt) -> str:
    """A few sentences of Markdown for the latest user message."""
    message = prompt.message
    if (recalled := _recollection(prompt)) is not None:
        return recalled
    for pattern, answer in _SMALL_TALK.items():
        if re.fullmatch(pattern, message, re.IGNORECASE):
            return answer
    files = [name for entry in prompt.entries if entry.kind == "user" for name in entry.attachments]
    if files:
        return f"You attached {', '.join(files[:5])}. The demo model does not look inside files. {_CONNECT}"
    subject = next(
        (says for words, says in _BY_SUBJECT.items() if re.search(words, prompt.instructions, re.I)), ()
    )
    if subject:
        return subject[min(len(prompt.user_texts), len(subject)) - 1]
    parts = [_pick(_ANYTHING, message).format(_quoted(message)), _offer(prompt)]
    said = any(_CONNECT in entry.text for entry in prompt.entries if entry.kind == "assistant")
    return "\n\n".join(part for part in (*parts, "" if said else _CONNECT) if part)


def haiku(prompt: Prompt) -> str:
    """A haiku for the latest user message, or three lines with an earlier one that it asks for."""
    if (recalled := _recollection(prompt)) is not None:
        return recalled
    said = set(re.findall(r"\w+", prompt.message.lower()))
    fitting = [lines for words, lines in HAIKU.items() if said & set(words.split())]
    others = [lines for words, lines in HAIKU.items() if not words.strip()]
    return _pick(fitting or others, prompt.message).replace("\n", "  \n")


def _recollection(prompt: Prompt) -> str | None:
    """The user's earlier messages, if the latest one asks about them."""
    if not re.search(_MEMORY, prompt.message, re.IGNORECASE):
        return None
    earlier = prompt.user_texts[:-1][-10:]
    if not earlier:
        return "You have not told me anything before this message."
    return "These are your earlier messages:\n\n" + "\n".join(f"- {_quoted(words)}" for words in earlier)


def _offer(prompt: Prompt) -> str:
    agents = [f"the {tool.agent}" for tool in prompt.tools if tool.agent]
    tools = [f"`{tool.name}`" for tool in prompt.tools if not tool.agent]
    parts = [f"hand you over to {' or '.join(agents)}"] if agents else []
    parts += [f"call {', '.join(tools)}"] if tools else []
    return f"I can {', and '.join(parts)}." if parts else ""


def _pick(options: "tuple[str, ...] | list[str]", seed: str) -> str:
    """One of the options; the same for the same message, in every process (unlike `hash`)."""
    return options[zlib.crc32(seed.encode(errors="replace")) % len(options)]


def _quoted(text: str) -> str:
    line = " ".join(text[:500].split())
    return f"“{line if len(line) <= 100 else line[:99] + '…'}”"
