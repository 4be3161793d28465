"""50 chats that are answered at once, at 50 tokens a second each; and the model's client alone."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence

from django.conf import settings
from openai import AsyncOpenAI

from tests.bench.chats import Heard, begin_chats, say_in_all
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure, percentile
from tests.support.model_server import ModelServer, text
from tests.support.people import new_person

CHATS = 50
TOKENS_PER_SECOND = 50
TOKENS = 500
TOKEN = "word "
_numbers = itertools.count()


def measure(runs: int) -> Iterator[Figure]:
    ours, alone = Measured("dashboard"), Measured("OpenAI client alone")
    with (
        ModelServer(TOKENS_PER_SECOND) as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text("Hello."), match="warm-up", times=None)
        tasks = begin_chats(person, CHATS, "warm-up")
        for _ in range(runs):
            words = _scripted(model)
            alone.add(asyncio.run(_ask_all(model.url, words)), _due(model, words))
            words = _scripted(model)
            before = dashboard.processor_seconds()
            ours.add(say_in_all(person, tasks, words), _due(model, words))
            after = dashboard.processor_seconds()
            ours.processor.append({part: after[part] - before[part] for part in after})
    yield from alone.figures()
    yield from ours.figures()


class Measured:
    """One way from the model to a client, run by run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rates: list[float] = []
        self.delays: dict[float, list[float]] = {0.5: [], 0.99: [], 1.0: []}
        self.processor: list[dict[str, float]] = []

    def add(self, heard: Sequence[Heard], due: Sequence[float]) -> None:
        """``due``: when the model began each answer; then its tokens come at their pace."""
        began, over = min(each.sent for each in heard), max(each.arrivals[-1][0] for each in heard)
        tokens = sum(each.arrivals[-1][1] for each in heard) / len(TOKEN)
        self.rates.append(tokens / (over - began))
        delays = [delay for each, start in zip(heard, due, strict=True) for delay in _delays(each, start)]
        for part, values in self.delays.items():
            values.append(1000 * percentile(delays, part))

    def figures(self) -> Iterator[Figure]:
        how = (
            f"{CHATS} answers of {TOKENS} tokens at {TOKENS_PER_SECOND} a second each, asked for at once: "
            f"all tokens, by the time from the first Send to the last token. The model gives "
            f"{CHATS * TOKENS_PER_SECOND:,}."
        )
        yield Figure(f"{self.name}: delivered", "tokens/s", self.rates, how)
        how = "From the moment at which the model was due to say a token to its arrival at the client."
        for part, values in self.delays.items():
            which = "longest" if part == 1.0 else f"p{100 * part:g}"
            yield Figure(f"{self.name}: delay of a token, {which}", "ms", values, how)
            how = ""
        how = "utime + stime of /proc/*/stat, by the tokens delivered."
        for name in sorted(self.processor[0]) if self.processor else ():
            times = [1000 * run[name] / (CHATS * TOKENS) for run in self.processor]
            yield Figure(f"{self.name}: processor time a token, {name}", "ms", times, how)
            how = ""


def _scripted(model: ModelServer) -> list[str]:
    """What to say to get each of the answers."""
    words = [f"question {next(_numbers)}." for _ in range(CHATS)]
    for said in words:
        model.script(text("", chunks=[TOKEN] * TOKENS), match=said)
    return words


def _due(model: ModelServer, words: Sequence[str]) -> list[float]:
    records = {record["last_user_text"]: record["arrived"] for record in model.requests("question")}
    return [records[said] for said in words]


def _delays(heard: Heard, start: float) -> Iterator[float]:
    token = 0
    for at, characters in heard.arrivals:
        while token < characters // len(TOKEN):
            yield at - (start + token / TOKENS_PER_SECOND)
            token += 1


async def _ask_all(url: str, words: Sequence[str]) -> list[Heard]:
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
        return await asyncio.gather(*(_ask(client, said) for said in words))


async def _ask(client: AsyncOpenAI, words: str) -> Heard:
    heard, characters = Heard(time.monotonic()), 0
    async for event in await client.responses.create(model="bench", input=words, stream=True):
        if event.type == "response.output_text.delta":
            characters += len(event.delta)
            heard.arrivals.append((time.monotonic(), characters))
    return heard
