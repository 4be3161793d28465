"""From Send to the answer's first token, one chat at a time: on a socket, and without the product.

enter.py measures the same in the page.
"""

import time
from collections.abc import Iterator

from django.conf import settings
from openai import OpenAI

from agentex_web.tasks.models import Task
from tests.bench.chats import cursor_of
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.bench.stages import Asked, ask, stages
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, ended, last_turn, new_person

ANSWER = "The first of a few tokens, which come at the pace of a quick model."
TOKENS_PER_SECOND = 50
BEFORE = "Good morning!"
"""Message of the turns before a question."""
LONG = 100
"""Number of turns in the long chat."""
REST_SECONDS = 0.3
"""Pause before each question, so that the previous turn's work has finished."""


def measure(runs: int) -> Iterator[Figure]:
    direct, asked, long = [], list[Asked](), list[Asked]()
    with (
        ModelServer() as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text("Hello."), match=BEFORE, times=None)
        model.script(text(ANSWER), times=None, tokens_per_second=TOKENS_PER_SECOND)
        with OpenAI(base_url=model.url, api_key="none", max_retries=0) as client:
            long_chat = _begun(person, LONG)
            # The first round opens connections and fills caches; it is not counted.
            for _ in range(runs + 1):
                _rest()
                direct.append(_ask_model(client))
                asked.append(_ask_socket(person, _begun(person, 1)))
                long.append(_ask_socket(person, long_chat))
        yield from _figures(direct[1:], asked[1:], long[1:])
        yield from stages(asked[1:], model.requests())


def _figures(direct: list[float], asked: list[Asked], long: list[Asked]) -> Iterator[Figure]:
    how = "The model server called with the OpenAI client, streaming: from the call to its first delta."
    yield Figure("OpenAI client alone", "ms", direct, how)
    how = "A chat's second message: from the POST to the first delta on a plain WebSocket."
    yield Figure("dashboard, socket", "ms", [_took(each) for each in asked], how)
    how = f"The same in a chat of {LONG} and more turns."
    yield Figure(f"dashboard, socket, after {LONG} turns", "ms", [_took(each) for each in long], how)


def _took(asked: Asked) -> float:
    return 1000 * (asked.heard - asked.sent)


def _begun(person: Person, turns: int) -> Task:
    """Starts a chat with this many turns, and waits until they have ended."""
    task = person.begin("haiku", BEFORE)
    for _ in range(turns - 1):
        ended(last_turn(task))
        person.send(task, BEFORE)
    ended(last_turn(task))
    return task


def _rest() -> None:
    time.sleep(REST_SECONDS)


def _ask_model(client: OpenAI) -> float:
    began, first = time.monotonic(), 0.0
    with client.responses.create(model="bench", input="question", stream=True) as events:
        for event in events:
            if event.type == "response.output_text.delta":
                first = first or time.monotonic()
    return 1000 * (first - began)


def _ask_socket(person: Person, task: Task) -> Asked:
    with person.socket(task, cursor_of(task)) as socket:
        _rest()
        return ask(person, task, socket)
