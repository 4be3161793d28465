"""The pace at which a socket receives an answer after 500 KB of conversation."""

import time
from collections.abc import Iterator

from django.conf import settings
from openai import OpenAI

from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, ended, new_person

TURNS = 5
CHARACTERS = 99_000
TOKENS = 300
TOKENS_PER_SECOND = 200
WORDS = [f"w{number} " for number in range(TOKENS)]


def measure(runs: int) -> Iterator[Figure]:
    ours, alone = [], []
    with (
        ModelServer() as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text("Read."), match="long number", times=None)
        model.script(
            text("", chunks=WORDS), match="after all that", times=None, tokens_per_second=TOKENS_PER_SECOND
        )
        for _ in range(runs):
            alone.append(_alone(model))
            ours.append(_ours(person))
    how = f"From the first to the last of {TOKENS} tokens at {TOKENS_PER_SECOND} a second; due: {(TOKENS - 1) / TOKENS_PER_SECOND:.2f} s."
    yield Figure("OpenAI client alone: the answer took", "s", alone, how)
    how = f"The same on a socket, in a chat of {TURNS} messages of {CHARACTERS:,} characters."
    yield Figure("dashboard, socket: the answer took", "s", ours, how)
    yield Figure("÷ OpenAI client alone", "", [one / other for one, other in zip(ours, alone, strict=True)])


def _ours(person: Person) -> float:
    task = person.begin("haiku", "x" * CHARACTERS + " long number 0")
    ended(task.turns.get())
    for number in range(1, TURNS):
        ended(person.send(task, f"{'x' * CHARACTERS} long number {number}"))
    with person.socket(task) as socket:
        person.send(task, "and after all that")
        socket.until_text(WORDS[0])
        began = time.monotonic()
        socket.until_text(WORDS[-1])
        return time.monotonic() - began


def _alone(model: ModelServer) -> float:
    times = []
    with (
        OpenAI(base_url=model.url, api_key="none", max_retries=0) as client,
        client.responses.create(model="bench", input="after all that", stream=True) as events,
    ):
        times = [time.monotonic() for event in events if event.type == "response.output_text.delta"]
    return times[-1] - times[0]
