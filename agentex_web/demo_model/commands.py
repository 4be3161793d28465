"""Slash commands: what a person can type into the demo chat to see each kind of answer."""

import base64
import struct
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .answers import Answer, Fault, Json, message, text, thought
from .errors import ApiError
from .prompt import Prompt
from .showcase import MARKDOWN, THOUGHTS, long_text

_MOST_TOKENS = 200_000
_CUT = "This answer is about to stop in the middle of a sentence, which is just what you asked it to do, so"
_SOURCE = "https://openai.github.io/openai-agents-python/"


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was typed: the words after its name, and True if this is its first attempt."""

    words: list[str]
    is_first: bool

    def number(self, position: int, default: float) -> float:
        """The word at `position` as a number, or `default` if there is none."""
        try:
            return min(max(float(self.words[position]), 0), _MOST_TOKENS)
        except (IndexError, ValueError):
            return default


class Commands:
    """Answers slash commands; it remembers first attempts for those that fail only once."""

    def __init__(self) -> None:
        self._tried: deque[int] = deque(maxlen=256)

    def answer(self, prompt: Prompt) -> Answer | None:
        """The answer to a command, or None if the latest user message is none.

        Raises:
            ApiError: the command asks for an HTTP error.
        """
        name, *words = prompt.message[:200].split() or [""]
        if name not in TABLE or prompt.since_user:
            return None
        is_first = name in ("/flaky", "/drop") and self._is_first(prompt)
        return TABLE[name][1](Call(words, is_first))

    def _is_first(self, prompt: Prompt) -> bool:
        """True if this very input is new; a retry repeats it, and after that it counts as new again."""
        key = zlib.crc32(repr(prompt.entries).encode(errors="replace"))
        if key in self._tried:
            self._tried.remove(key)
            return False
        self._tried.append(key)
        return True


def _help(_: Call) -> Answer:
    lines = "\n".join(f"- {meaning}" for meaning, _ in TABLE.values())
    return Answer([text(f"The demo model knows these commands:\n\n{lines}\n\nAnything else is a message.")])


def _error(call: Call) -> Answer:
    status = int(call.number(0, 500))
    status = status if 400 <= status <= 599 else 500
    raise ApiError(f"The demo model answered {status}, as asked.", status)


def _flaky(call: Call) -> Answer:
    if call.is_first:
        raise ApiError("Rate limit reached. Please try again in 1s.", 429, retry_after=1)
    return Answer([text("The first attempt met a rate limit (429). This is the **second attempt**.")])


def _drop(call: Call) -> Answer:
    if call.is_first or "always" in call.words:
        return Answer([text(_CUT)], fault=Fault("drop", after=12))
    return Answer([text("The connection broke during the first attempt. This is the **second attempt**.")])


def _tokens(call: Call) -> Answer:
    # Every number is one token, so that a reader of the stream can tell a lost, doubled or swapped one.
    numbers = range(1, max(int(call.number(0, 100)), 1) + 1)
    words = "".join(f"{number}\n" if number % 20 == 0 else f"{number} " for number in numbers)
    return Answer([text(words.strip())], tokens_per_second=call.number(1, 40), first_token_after=0)


def _search(_: Call) -> Answer:
    action = {"type": "search", "query": "openai agents sdk", "sources": [{"type": "url", "url": _SOURCE}]}
    words = "This is what a search looks like: nothing was searched, but the source is real."
    cited = {
        "type": "url_citation",
        "url": _SOURCE,
        "title": "Agents SDK",
        "start_index": 0,
        "end_index": len(words),
    }
    return Answer([{"type": "web_search_call", "action": action, "_seconds": 2}, text(words, cited)])


def _python(_: Call) -> Answer:
    program = {"code": "print(sum(range(1, 101)))", "outputs": [{"type": "logs", "logs": "5050\n"}]}
    item = {"type": "code_interpreter_call", "container_id": "cntr_demo", **program, "_seconds": 1}
    return Answer(
        [item, text("The sum of the numbers from 1 to 100 is **5050**. I knew it; no code was run.")]
    )


def _image(_: Call) -> Answer:
    item = {"type": "image_generation_call", "result": _picture(), "output_format": "png", "_seconds": 2}
    return Answer([item, text("A picture with red to the right and green to the bottom.")])


def _picture(size: int = 256) -> str:
    """A PNG in base64 (www.w3.org/TR/png): red grows to the right, green to the bottom."""
    rows = b"".join(b"\0" + bytes(v for x in range(size) for v in (x, y, 160)) for y in range(size))
    chunks = (
        b"IHDR" + struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0),
        b"IDAT" + zlib.compress(rows),
        b"IEND",
    )
    parts = [struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in chunks]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def _says(*output: Json, rate: float | None = None, after: float | None = None) -> Callable[[Call], Answer]:
    return lambda _: Answer(list(output), rate, after)


# Command -> its line in /help, and what answers it.
TABLE: dict[str, tuple[str, Callable[[Call], Answer]]] = {
    "/help": ("`/help` lists these commands", _help),
    "/markdown": (
        "`/markdown` shows headings, a table, code, lists, math and a diagram",
        _says(text(MARKDOWN)),
    ),
    "/think": (
        "`/think` thinks in three steps first",
        _says(thought(*THOUGHTS), text("I thought in three steps. You can unfold them above.")),
    ),
    "/search": ("`/search` shows a web search with a source", _search),
    "/python": ("`/python` shows the code interpreter", _python),
    "/image": ("`/image` shows a generated image", _image),
    "/long": ("`/long` answers at length", lambda _: Answer([text(long_text())])),
    "/slow": (
        "`/slow` answers slowly",
        _says(
            text("This is a slow answer: three seconds of silence, then five tokens a second."),
            rate=5,
            after=3,
        ),
    ),
    "/tokens": ("`/tokens N R` streams N tokens at R per second", _tokens),
    "/refuse": (
        "`/refuse` refuses",
        _says(message({"type": "refusal", "refusal": "I am sorry, but I cannot help with that."})),
    ),
    "/cut": (
        "`/cut` stops at the output limit",
        lambda _: Answer([text(_CUT)], fault=Fault("incomplete", 14)),
    ),
    "/flaky": ("`/flaky` meets a rate limit at the first attempt", _flaky),
    "/drop": ("`/drop` loses the connection at the first attempt, `/drop always` at every attempt", _drop),
    "/error": ("`/error N` fails with the HTTP status N", _error),
    "/fail": (
        "`/fail` fails in the middle of the answer",
        lambda _: Answer([text(_CUT)], fault=Fault("failed", 12)),
    ),
}
