"""100 simultaneous answers of 50 tokens per second each: no call may lose its worker."""

import time
from collections.abc import Iterator

from django.conf import settings

from agentex_web.tasks.models import Turn
from tests.bench.chats import begin_chats, say_in_all
from tests.bench.dashboard import UNLIMITED, Dashboard
from tests.bench.figures import Figure
from tests.support.model_server import ModelServer, text
from tests.support.people import new_person

CHATS = 100
TOKENS_PER_SECOND = 50
TOKENS = 500
TOKEN = "word "
HOW = (
    f"{CHATS} answers of {TOKENS} tokens at {TOKENS_PER_SECOND} a second each, asked for at once, each with an open "
    f"socket: all tokens, by the time from the first Send to the last token. The model gives "
    f"{CHATS * TOKENS_PER_SECOND:,}."
)


def measure(runs: int) -> Iterator[Figure]:
    rates: list[float] = []
    repeated: list[float] = []
    resyncs: list[float] = []
    with (
        ModelServer(TOKENS_PER_SECOND) as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url, **UNLIMITED) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text("Hello."), match="warm-up", times=None)
        tasks = begin_chats(person, CHATS, "warm-up")
        for number in range(runs):
            words = [f"question {number}/{each}." for each in range(CHATS)]
            for said in words:
                model.script(text("", chunks=[TOKEN] * TOKENS), match=said)
            began = time.monotonic()
            heard = say_in_all(person, tasks, words)
            over = max(each.arrivals[-1][0] for each in heard)
            resyncs.append(float(sum(each.resyncs for each in heard)))
            rates.append(CHATS * TOKENS / (over - began))
            turns = Turn.objects.filter(task__in=tasks)
            repeated.append(float(turns.filter(attempt__gt=1).count()))
    yield Figure(f"{CHATS} chats: delivered", "tokens/s", rates, HOW)
    yield Figure(f"{CHATS} chats: calls that were tried again", "", repeated, "As after a heartbeat timeout.")
    yield Figure(f"{CHATS} chats: pages that were told to read again", "", resyncs)
