"""50 simultaneous answers of 50 tokens per second each: ours, Workflow Streams, and the model's client alone.

Answers of two lengths tell what one more token costs, without the turn around it.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from django.conf import settings
from openai import AsyncOpenAI

from agentex_web.services import embedded_address
from tests.bench.chats import Heard, begin_chats, say_in_all
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure, percentile
from tests.bench.peers import workflow_streams
from tests.bench.processes import processor_seconds
from tests.support.model_server import ModelServer, text
from tests.support.people import new_person

CHATS = 50
TOKENS_PER_SECOND = 50
TOKENS = 500
"""About 370 words: models' answers in chats mostly have 300 to 800 tokens."""
FEW_TOKENS = 100
PEER_CHATS = 5
"""Simultaneous answers of Workflow Streams. With 50, each of which sends 500 events to its workflow, some workflow
tasks overrun."""
TOKEN = "word "
_numbers = itertools.count()


def measure(runs: int) -> Iterator[Figure]:
    ours, alone = Measured("dashboard"), Measured("OpenAI client alone")
    ours_short, alone_short = Measured(ours.name, FEW_TOKENS), Measured(alone.name, FEW_TOKENS)
    peer = Measured("Workflow Streams", chats=PEER_CHATS)
    with (
        ModelServer(TOKENS_PER_SECOND) as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url, AGENTEX_MESSAGES_PER_MINUTE="0") as dashboard,
        new_person(dashboard.url) as person,
        workflow_streams.worker(_temporal(), model.url) as worker,
    ):
        model.script(text("Hello."), match="warm-up", times=None)
        tasks = begin_chats(person, CHATS, "warm-up")
        asyncio.run(_ask_streams(["warm-up"]))

        def used() -> dict[str, float]:
            return {**dashboard.processor_seconds(), "its worker": processor_seconds(worker)}

        def run_alone(measured: Measured) -> None:
            words, start = _scripted(model, measured), time.process_time()
            heard = asyncio.run(_ask_all(model.url, words))
            measured.add(heard, _due(model, words), {"client": time.process_time() - start})

        def run_ours(measured: Measured) -> None:
            # The sockets are open before, as those of people's pages are.
            words, start = _scripted(model, measured), dict[str, float]()
            heard = say_in_all(person, tasks, words, when_open=lambda: start.update(used()))
            measured.add(heard, _due(model, words), _spent(start, used(), without=("its worker",)))

        def run_peer() -> None:
            words, start = _scripted(model, peer), used()
            heard = asyncio.run(_ask_streams(words))
            others = ("worker", "web", "redis", "supervisor")
            peer.add(heard, _due(model, words), _spent(start, used(), without=others))

        # Alternate (A B C A B C), so that other load on the machine affects all alike.
        for _ in range(runs):
            run_alone(alone)
            run_ours(ours)
            run_peer()
            run_alone(alone_short)
            run_ours(ours_short)
    yield from alone.figures()
    yield from ours.figures()
    yield from peer.figures()
    yield from _of_one_more(alone, alone_short)
    yield from _of_one_more(ours, ours_short)
    yield from _ratios(ours, alone, peer)
    more = [statistics.median(_one_more(*pair)) for pair in ((ours, ours_short), (alone, alone_short))]
    yield Figure("processor time of one more token, dashboard ÷ OpenAI client alone", "", [more[0] / more[1]])


def _temporal() -> str:
    return embedded_address("temporal", "TEMPORAL_ADDRESS")


def _spent(start: dict[str, float], end: dict[str, float], without: Sequence[str]) -> dict[str, float]:
    """The processor seconds of each part that worked for this measurement. Temporal counts for all."""
    return {part: seconds - start[part] for part, seconds in end.items() if part not in without}


def _one_more(long: "Measured", short: "Measured") -> list[float]:
    """Milliseconds of processor time for each token of the long answers that the short ones do not have."""
    pairs = zip(long.processor, short.processor, strict=True)
    more = long.chats * (long.tokens - short.tokens)
    return [1000 * (sum(one.values()) - sum(other.values())) / more for one, other in pairs]


def _of_one_more(long: "Measured", short: "Measured") -> Iterator[Figure]:
    how = f"The difference between answers of {long.tokens} and {short.tokens} tokens, by the tokens."
    yield Figure(f"{long.name}: processor time of one more token", "ms", _one_more(long, short), how)
    how = "Processor time of an answer without its tokens: with the message, the turn, the model's request."
    rest = [
        1000 * sum(run.values()) / long.chats - long.tokens * more
        for run, more in zip(long.processor, _one_more(long, short), strict=True)
    ]
    yield Figure(f"{long.name}: processor time of an answer of no tokens", "ms", rest, how)


def _ratios(ours: "Measured", alone: "Measured", peer: "Measured") -> Iterator[Figure]:
    rate = statistics.median(ours.rates) / statistics.median(alone.rates)
    yield Figure("delivered, dashboard ÷ OpenAI client alone", "", [rate], "Of the medians of this run.")
    if ours.steady_rates and alone.steady_rates:
        steady = statistics.median(ours.steady_rates) / statistics.median(alone.steady_rates)
        how = "Without the start of all turns at once, and without the end."
        yield Figure("delivered while all stream, dashboard ÷ OpenAI client alone", "", [steady], how)
    for other in (alone, peer):
        cost = statistics.median(ours.costs) / statistics.median(other.costs)
        yield Figure(f"processor time a token, dashboard ÷ {other.name}", "", [cost])


class Measured:
    """Measurements of one way from the model to a client, run by run."""

    def __init__(self, name: str, tokens: int = TOKENS, chats: int = CHATS) -> None:
        self.name = name
        self.tokens = tokens
        self.chats = chats
        self.rates: list[float] = []
        self.steady_rates: list[float] = []
        self.delays: dict[float, list[float]] = {0.5: [], 0.99: [], 1.0: []}
        self.processor: list[dict[str, float]] = []

    @property
    def costs(self) -> list[float]:
        """Milliseconds of processor time per token, run by run."""
        return [1000 * sum(run.values()) / (self.chats * self.tokens) for run in self.processor]

    def add(self, heard: Sequence[Heard], due: Sequence[float], processor: dict[str, float]) -> None:
        """
        Args:
            due: when the model started each answer. Its tokens follow at their pace.
            processor: the processor seconds of each part.
        """
        self.processor.append(processor)
        if any(each.resyncs for each in heard):
            raise RuntimeError("A socket was told to read its task anew.")
        began, over = min(each.sent for each in heard), max(each.arrivals[-1][0] for each in heard)
        tokens = sum(each.arrivals[-1][1] for each in heard) / len(TOKEN)
        self.rates.append(tokens / (over - began))
        self.steady_rates += _steady_rates(heard)
        delays = [delay for each, start in zip(heard, due, strict=True) for delay in _delays(each, start)]
        for part, values in self.delays.items():
            values.append(1000 * percentile(delays, part))

    def figures(self) -> Iterator[Figure]:
        how = (
            f"{self.chats} answers of {self.tokens} tokens at {TOKENS_PER_SECOND} a second each, asked for at once: "
            f"all tokens, by the time from the first Send to the last token. The model gives "
            f"{self.chats * TOKENS_PER_SECOND:,}."
        )
        yield Figure(f"{self.name}: delivered", "tokens/s", self.rates, how)
        how = (
            "Tokens that arrived from the last answer's first token to the first answer's end, by that time."
        )
        yield Figure(f"{self.name}: delivered while all stream", "tokens/s", self.steady_rates, how)
        how = "From the moment at which the model was due to say a token to its arrival at the client."
        for part, values in self.delays.items():
            which = "longest" if part == 1.0 else f"p{100 * part:g}"
            yield Figure(f"{self.name}: delay of a token, {which}", "ms", values, how)
            how = ""
        how = "utime + stime of /proc/*/stat, by the tokens delivered; without the client that listens."
        for name in sorted(self.processor[0]):
            times = [1000 * run[name] / (self.chats * self.tokens) for run in self.processor]
            yield Figure(f"{self.name}: processor time a token, {name}", "ms", times, how)
            how = ""
        yield Figure(f"{self.name}: processor time a token, all", "ms", self.costs)


def _steady_rates(heard: Sequence[Heard]) -> list[float]:
    """Tokens a second while all answers stream; none if one ended before another began."""
    begin = max(each.arrivals[0][0] for each in heard)
    end = min(each.arrivals[-1][0] for each in heard)
    if end <= begin:
        return []
    tokens = sum(_tokens_at(each, end) - _tokens_at(each, begin) for each in heard)
    return [tokens / (end - begin)]


def _tokens_at(heard: Heard, moment: float) -> float:
    """The tokens that had arrived at this moment, that moment's included."""
    return max((count for at, count in heard.arrivals if at <= moment), default=0) / len(TOKEN)


def _scripted(model: ModelServer, measured: Measured) -> list[str]:
    """Scripts an answer per chat, and returns the messages that get them."""
    words = [f"question {next(_numbers)}." for _ in range(measured.chats)]
    for said in words:
        model.script(text("", chunks=[TOKEN] * measured.tokens), match=said)
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
        return await _heard(lambda said: _answer(client, said), words)


async def _answer(client: AsyncOpenAI, words: str) -> AsyncIterator[str]:
    async for event in await client.responses.create(model="bench", input=words, stream=True):
        if event.type == "response.output_text.delta":
            yield event.delta


async def _ask_streams(words: Sequence[str]) -> list[Heard]:
    client = await workflow_streams.connect(_temporal())
    return await _heard(lambda said: workflow_streams.answer(client, said), words)


async def _heard(ask: Callable[[str], AsyncIterator[str]], words: Sequence[str]) -> list[Heard]:
    """Sends all messages at the same time."""

    async def listen(said: str) -> Heard:
        heard, characters = Heard(time.monotonic()), 0
        async for part in ask(said):
            characters += len(part)
            heard.arrivals.append((time.monotonic(), characters))
        return heard

    return await asyncio.gather(*map(listen, words))
