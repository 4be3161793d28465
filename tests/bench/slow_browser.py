"""What a browser that reads nothing costs the web process while answers stream to it."""

import socket
import time
from collections.abc import Iterator

from django.conf import settings
from websockets.sync.client import connect

from tests.bench.chats import begin_chats
from tests.bench.dashboard import UNLIMITED, Dashboard
from tests.bench.figures import Figure
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, ended, new_person

SOCKETS = 20
TOKENS = 40_000
TOKENS_PER_SECOND = 1_500.0
TOKEN = "a word and another, "
HOW = (
    f"An answer of {TOKENS:,} tokens ({TOKENS * len(TOKEN) // 1000:,} KB) at {TOKENS_PER_SECOND:,.0f} a second, and "
    f"{SOCKETS} sockets that read nothing of it: the most that the web process's Pss has grown by; and beside it the "
    "same with sockets that read."
)


def measure(runs: int) -> Iterator[Figure]:
    slow: list[float] = []
    quick: list[float] = []
    for _ in range(runs):
        for found, reads in ((quick, True), (slow, False)):
            with (
                ModelServer() as model,
                Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url, **UNLIMITED) as dashboard,
                new_person(dashboard.url) as person,
            ):
                found.append(_most(model, dashboard, person, reads=reads))
    yield Figure(f"{SOCKETS} sockets that read", "MiB", quick, HOW)
    yield Figure(f"{SOCKETS} sockets that read nothing", "MiB", slow)


def _most(model: ModelServer, dashboard: Dashboard, person: Person, *, reads: bool) -> float:
    model.script(text("Hello."), match="warm-up", times=None)
    chunks = [TOKEN] * TOKENS
    model.script(text("", chunks=chunks), match="very long", tokens_per_second=TOKENS_PER_SECOND)
    [task] = begin_chats(person, 1, "warm-up")
    address, headers = person.handshake(task)
    port = int(dashboard.url.rsplit(":", 1)[1])
    open_sockets = []
    for _ in range(SOCKETS):
        plain = socket.create_connection(("127.0.0.1", port))
        if not reads:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        # A client that reads nothing gets a queue of 1; otherwise the library's own thread would read for it.
        open_sockets.append(
            connect(
                address,
                sock=plain,
                additional_headers=headers,
                ping_interval=None,
                compression=None,
                max_queue=None if reads else 1,
            )
        )
    before = most = dashboard.memory()["web"].pss
    turn = person.send(task, "something very long")
    over = time.monotonic() + 4 * TOKENS / TOKENS_PER_SECOND
    while turn.status in turn.OPEN and time.monotonic() < over:
        time.sleep(0.5)
        most = max(most, dashboard.memory()["web"].pss)
        turn.refresh_from_db(fields=("status",))
    ended(turn)
    most = max(most, dashboard.memory()["web"].pss)
    for each in open_sockets:
        each.socket.close()
    return most - before
