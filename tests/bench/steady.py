"""Memory of each process while people chat for half an hour. It must stay flat."""

import itertools
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.db import connections

from tests.bench.chats import begin_chats
from tests.bench.dashboard import UNLIMITED, Dashboard
from tests.bench.figures import Figure
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, ended, new_person

CHATS = 10
MINUTES = 30.0
SAMPLE_SECONDS = 15.0
WORDS = 150
TURNS = 12
"""Turns per chat. Then a new chat is started, so that no conversation grows forever."""
IDLE_SECONDS = 30
HOW = (
    f"{CHATS} people, each of whom sends one message after another for {MINUTES:g} minutes, {TURNS} to a chat, each "
    f"answered with {WORDS} words at 50 a second and watched by a socket; workflows end after {IDLE_SECONDS} s: the Pss of each "
    "process in the third fifth of the time and in the last one, medians."
)


def measure(runs: int) -> Iterator[Figure]:
    middle: defaultdict[str, list[float]] = defaultdict(list)
    last: defaultdict[str, list[float]] = defaultdict(list)
    turns: list[float] = []
    for _ in range(runs):
        with (
            ModelServer() as model,
            Dashboard(
                settings.DATA_DIR,
                OPENAI_BASE_URL=model.url,
                AGENTEX_IDLE_SECONDS=str(IDLE_SECONDS),
                **UNLIMITED,
            ) as dashboard,
            new_person(dashboard.url) as person,
        ):
            model.script(text("word " * WORDS), times=None, tokens_per_second=50.0)
            count, samples = _chat(dashboard, person)
        turns.append(float(count))
        fifth = len(samples) // 5
        for part in sorted(samples[-1]):
            middle[part].append(
                statistics.median(each.get(part, 0) for each in samples[2 * fifth : 3 * fifth])
            )
            last[part].append(statistics.median(each.get(part, 0) for each in samples[-fifth:]))
    yield Figure("turns", "", turns, HOW)
    for part, values in middle.items():
        yield Figure(f"{part}: third fifth", "MiB", values)
        yield Figure(f"{part}: last fifth", "MiB", last[part])


def _chat(dashboard: Dashboard, person: Person) -> tuple[int, list[dict[str, float]]]:
    over = time.monotonic() + 60 * MINUTES
    counts = itertools.count()

    def talk() -> None:
        try:
            while time.monotonic() < over:
                chat()
        finally:
            connections.close_all()

    def chat() -> None:
        [task] = begin_chats(person, 1, "Good morning!")
        with person.socket(task) as socket:
            for _ in range(TURNS):
                if time.monotonic() < over:
                    turn = person.send(task, f"And {next(counts)}?")
                    # Reads all the time, as a browser does.
                    socket.until_turn("done")
                    ended(turn)
                    time.sleep(1)

    talking = [threading.Thread(target=talk) for _ in range(CHATS)]
    for each in talking:
        each.start()
    samples = []
    while time.monotonic() < over:
        time.sleep(SAMPLE_SECONDS)
        samples.append({part: found.pss for part, found in dashboard.memory().items()})
    for each in talking:
        each.join()
    return next(counts), samples
