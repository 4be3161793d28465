"""What each of 1,000 idle pages, each showing its own chat, costs the web process."""

import asyncio
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack

from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect

from agentex_web.tasks.models import Agent, Task
from tests.bench.dashboard import UNLIMITED, Dashboard
from tests.bench.figures import Figure
from tests.support.people import Person, new_person

SOCKETS = 1_000
AT_ONCE = 50
SETTLING_SECONDS = 30.0
HOW = (
    f"{SOCKETS:,} sockets, each of another chat: what the web process's Pss has grown by, for each, "
    f"{SETTLING_SECONDS:g} s after the last was opened; and its processor time in the 30 s after that."
)


def measure(runs: int) -> Iterator[Figure]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
    sizes: list[float] = []
    loads: list[float] = []
    for _ in range(runs):
        with Dashboard(settings.DATA_DIR, **UNLIMITED) as dashboard, new_person(dashboard.url) as person:
            size, load = _measured(dashboard, person)
        sizes.append(size)
        loads.append(load)
    yield Figure("an idle socket", "KiB", sizes, HOW)
    yield Figure(f"{SOCKETS:,} idle sockets: processor", "% of a core", loads)


def _measured(dashboard: Dashboard, person: Person) -> tuple[float, float]:
    agent = Agent.objects.get(pk="haiku")
    tasks = Task.objects.bulk_create(
        Task(owner=person.user, agent=agent, title=f"Idle {number}") for number in range(SOCKETS)
    )
    # Warm up: the first sockets load code, which is not a cost per socket.
    asyncio.run(_held(person, tasks[:20], lambda: None, 2))
    before = dashboard.memory()["web"].pss
    found: list[float] = []

    def note() -> None:
        found.append(1024 * (dashboard.memory()["web"].pss - before) / SOCKETS)
        busy = dashboard.processor_seconds()["web"]
        time.sleep(30)
        found.append(100 * (dashboard.processor_seconds()["web"] - busy) / 30)

    asyncio.run(_held(person, tasks, note, SETTLING_SECONDS))
    return found[0], found[1]


async def _held(person: Person, tasks: Sequence[Task], act: Callable[[], None], seconds: float) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def open_one(task: Task) -> None:
        async with free:
            address, headers = person.handshake(task)
            socket = await stack.enter_async_context(
                connect(
                    address,
                    additional_headers=headers,
                    ping_interval=None,
                    compression=None,
                    open_timeout=60,
                )
            )
            reading.append(asyncio.create_task(_read(socket)))

    async with AsyncExitStack() as stack:
        reading: list[asyncio.Task[None]] = []
        await asyncio.gather(*map(open_one, tasks))
        await asyncio.sleep(seconds)
        await asyncio.to_thread(act)
        for each in reading:
            each.cancel()


async def _read(socket: ClientConnection) -> None:
    async for _ in socket:
        pass
