"""Slash commands, which a person can type into the demo chat to see each kind of answer."""

import base64
import zlib
from collections import deque
from collections.abc import Callable
from pathlib import Path

from .answers import Answer, ApiError, Fault, text, thought
from .prompt import Prompt

_CUT = "This answer is about to stop in the middle of a sentence, which is just what you asked it to do, so"
_CUT_LONG = f"{_CUT} it did, at the limit of its length. Continued, it went on in the same message: **here**."
_LOOKS = "This is how it looks. The demo model has it prepared; no tool was at work."
_SLOW = "This is a slow answer: three seconds of silence, then five tokens a second."
_THOUGHTS = ("**Reading**\n\nThe user wants to see me think.", "**Deciding**\n\nA short answer will do.")
_REFUSAL = {"type": "refusal", "refusal": "I am sorry, but I cannot help with that."}
_SOURCE = {"type": "url", "url": "https://openai.github.io/openai-agents-python/"}
_QUERY = {"type": "search", "query": "agents", "sources": [_SOURCE]}
_SEARCH = {"type": "web_search_call", "action": _QUERY, "_seconds": 2}
_CITATION = {**_SOURCE, "type": "url_citation", "title": "Agents SDK", "start_index": 0, "end_index": 4}
_DROPPED = Answer([text(_CUT)], fault=Fault("drop", 12))
_PROGRAM = {"code": "print(sum(range(101)))", "outputs": [{"type": "logs", "logs": "5050\n"}]}
_PYTHON = {"type": "code_interpreter_call", "container_id": "cntr_demo", **_PROGRAM, "_seconds": 1}
MARKDOWN = (Path(__file__).parent / "tour.md").read_text(encoding="utf-8")
_TITLES = ("A message leaves", "A workflow wakes", "A model speaks", "A tool is called", "A stream arrives")
_PARAGRAPH = "It can be joined late, left early and read again. A crash costs a moment, *no more*. " * 3


def long_text(chapters: int = 24) -> str:
    """A text of about 60 tokens per chapter, for watching a long answer scroll."""
    parts = [f"## {number + 1}. {_TITLES[number % 5]}\n\n{_PARAGRAPH}" for number in range(chapters)]
    return "\n\n".join(["# A long story about a message", *parts])


class Commands:
    """Answers slash commands; remembers first attempts for commands that fail only once."""

    def __init__(self) -> None:
        self._tried: deque[int] = deque(maxlen=256)

    def answer(self, prompt: Prompt) -> Answer | None:
        """Answers a command; returns None for other messages. Raises ApiError if the command asks for it."""
        name, *words = prompt.message[:200].split() or [""]
        if name not in _ANSWERS or prompt.since_user:
            return None
        if name in ("/flaky", "/drop") and words != ["always"]:
            # A retry repeats the input. After the retry, the same input counts as new again.
            key = zlib.crc32(repr(prompt.entries).encode(errors="replace"))
            if key in self._tried:
                self._tried.remove(key)
                return Answer([text("The first attempt failed, as asked. This is the **second attempt**.")])
            self._tried.append(key)
        return _ANSWERS[name]([float(word) for word in words if word.isdecimal()])


def _help(_: list[float]) -> Answer:
    lines = "\n".join(f"- `{usage}` {meaning}" for usage, (meaning, _) in _COMMANDS.items())
    return Answer([text(f"The demo model knows these commands:\n\n{lines}")])


def _tokens(numbers: list[float]) -> Answer:
    count, rate = (*numbers, *(100, 40)[len(numbers) :])[:2]
    # Each number is one token, so that a lost, repeated or swapped token can be detected in the stream.
    words = " ".join(str(number) for number in range(1, int(min(count, 200_000)) + 1))
    return Answer([text(words)], rate, 0)


def _image(_: list[float]) -> Answer:
    picture = base64.b64encode((Path(__file__).parent / "picture.png").read_bytes()).decode()
    call = {"type": "image_generation_call", "result": picture, "output_format": "png", "_seconds": 2}
    return Answer([call, text(_LOOKS)])


def _fail(status: float, retry_after: int | None = None) -> Answer:
    status = int(status) if 400 <= status <= 599 else 500
    raise ApiError(f"The demo model answered {status}, as asked.", status, retry_after=retry_after)


# Maps each command's usage to its description and the function that answers it.
_COMMANDS: dict[str, tuple[str, Callable[[list[float]], Answer]]] = {
    "/help": ("lists these commands", _help),
    "/markdown": ("shows a table, code, lists, math and a diagram", lambda _: Answer([text(MARKDOWN)])),
    "/think": ("thinks first", lambda _: Answer([thought(*_THOUGHTS), text("You can unfold my thoughts.")])),
    "/search": ("shows a web search", lambda _: Answer([_SEARCH, text(_LOOKS, _CITATION)])),
    "/python": ("shows the code interpreter", lambda _: Answer([_PYTHON, text(_LOOKS)])),
    "/image": ("shows a generated image", _image),
    "/long": ("answers at length", lambda _: Answer([text(long_text())])),
    "/slow": ("answers slowly", lambda _: Answer([text(_SLOW)], 5, 3)),
    "/tokens N R": ("streams N tokens at R per second", _tokens),
    "/refuse": ("refuses", lambda _: Answer([{**text(""), "content": [_REFUSAL]}])),
    "/cut": (
        "stops at the output limit, so that you can press Continue",
        lambda _: Answer([text(_CUT_LONG)], fault=Fault("incomplete", 14)),
    ),
    "/flaky": ("meets a rate limit at the first attempt", lambda _: _fail(429, 1)),
    "/drop": ("loses the connection at the first attempt, `/drop always` at each", lambda _: _DROPPED),
    "/error N": ("fails with the HTTP status N", lambda numbers: _fail((*numbers, 500)[0])),
    "/fail": ("fails in the middle of the answer", lambda _: Answer([text(_CUT)], fault=Fault("failed", 12))),
}
_ANSWERS = {usage.split()[0]: answer for usage, (_, answer) in _COMMANDS.items()}
