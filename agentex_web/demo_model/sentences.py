"""The demo model's own sentences, chosen by the agent's subject, and its haiku."""

import re
import zlib

from .prompt import Prompt

_CONNECT = "Set `OPENAI_API_KEY` in `.env`, and a real model answers here instead."
_INTRODUCTION = f"I am the **demo model**. Type `/help` to see what I can show. {_CONNECT}"
_SMALL_TALK = {
    r"\W*(hi|hello|hey|good (morning|afternoon|evening))\b.{0,20}": f"Hello! {_INTRODUCTION}",
    r".{0,20}\b(thanks?|thank you)\b.{0,20}": "You are welcome. What else would you like to try?",
    r".{0,30}\b(who|what) are you\b.{0,20}|.{0,20}\bwhat can you do\b.{0,20}": _INTRODUCTION,
}
_MEMORY = r"\b(my name\?|who am i|(do|can) you remember|what did (i|we) (say|ask|write|tell|talk))"

# Maps words in the agent's instructions to the answers to the first message, the second, and so on.
_BY_SUBJECT = {
    "billing|invoice|payment|refund": (
        "I am sorry for the trouble. Which order or invoice is it, and what amount did you expect?",
        "Thank you. On which day was it charged?",
        "Thank you, that is all. The demo model cannot look into an account, so this is where it stops.",
    ),
    "support|technical|trouble": (
        "Let us take it one step at a time. Which device and which version do you use?",
        "Thank you. What do you see just before it happens?",
        "Please restart it and try once more. If it happens again, a person has to look at it.",
    ),
    "weather|forecast": ("For which city would you like to know the weather?",),
    "travel|trip|flight|hotel": ("Where would you like to go?", "On which days, and how many of you?"),
    "tutor|teach|homework": ("Which part do you understand?", "Try the first step. What do you get?"),
    "code|program|developer": ("Which language is it?", "What should the code do, and what does it do now?"),
    "writer|editor|essay|story": ("Who will read it?", "Which sentence should readers remember?"),
}

# Maps words in the message to a haiku (slashes separate lines); those with a blank key fit any message.
HAIKU = {
    "sea tide": "The tide writes its name, / waves fold blue into silver, / sand forgets our steps.",
    "workflow recursion": "One call, then one more, / the stack remembers each step, / the last one returns.",
    "monday work": "Monday knocks, comes in, / the list grows a little list, / done is a small bell.",
    "rain weather": "First drops on the roof, / one umbrella blooms, then ten, / the sun tries again.",
    "night stars": "Stars, and then more stars, / old light ends its journey here, / no one says a word.",
    "cat cats kitten": "The cat claims the sun, / a box becomes a kingdom, / dinner is at five.",
    "": "A small word arrives, / turned over like a smooth stone, / hold it to the light.",
    " ": "You ask, and I pause, / one question wakes another, / morning knows the way.",
    "  ": "The page waits for you, / small lanterns along the path, / listen, it answers.",
    "   ": "One bud, still not sure, / green climbs up the garden gate, / rain does the rest now.",
}


def reply(prompt: Prompt) -> str:
    """A few sentences of Markdown for the latest user message."""
    if recalled := _recollection(prompt):
        return recalled
    for pattern, answer in _SMALL_TALK.items():
        if re.fullmatch(pattern, prompt.message, re.IGNORECASE):
            return answer
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
