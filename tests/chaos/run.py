"""One run: people chat while faults happen one after the other. A new message probes each fault."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError

from agentex_web.tasks.threads import in_database
from tests.chaos.faults import FAULTS, Target
from tests.chaos.gate import Gate
from tests.chaos.judge import Verdict, judge
from tests.chaos.page import LOST
from tests.chaos.people import ACCEPT_SECONDS, AGENTS, Chatter, Ledger
from tests.chaos.site import Site
from tests.support.model_server import ModelServer
from tests.support.people import new_person
from tests.support.waiting import PATIENCE

PROBE_SECONDS = 60.0
FAULT_SECONDS = 120.0
"""Seconds after which a fault that does not end is given up."""


@dataclass(frozen=True)
class Plan:
    """
    Attributes:
        faults: names, in order.
        first: seconds of chatting before the first fault.
        gap: seconds of pause after each fault's probe.
        words: words per answer, of about 4 tokens each.
    """

    people: int
    faults: Sequence[str]
    gap: float
    seed: int
    first: float
    words: int


@dataclass(frozen=True)
class Happened:
    """A fault, what it hit, and the seconds until a message sent at its start was answered; None: it was not."""

    fault: str
    answered: float | None
    hit: str


@dataclass
class Report:
    """What a run has found so far; whole when it has ended."""

    happened: list[Happened] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)


def chosen(names: Sequence[str], count: int, seed: int) -> Sequence[str]:
    """Returns ``count`` faults in a random order from the seed. Each kind comes once before any comes twice."""
    chance = random.Random(seed)
    found: list[str] = []
    while len(found) < count:
        found += chance.sample(names, len(names))
    return found[:count]


async def run(
    site: Site, model: ModelServer, gate: Gate, plan: Plan, report: Report, stopped: asyncio.Event
) -> None:
    """Runs the plan against a running site.

    Args:
        stopped: when it is set, no more faults follow, and what there is is compared at once.
    """
    ledger, verdict = Ledger(), report.verdict
    async with AsyncExitStack() as stack:
        people = [
            await in_database(stack.enter_context, new_person(site.url)) for _ in range(plan.people + 1)
        ]
        chatters = [
            Chatter(
                person,
                model,
                ledger,
                f"{plan.seed}/{number}",
                plan.words,
                AGENTS[number % len(AGENTS)],
            )
            for number, person in enumerate(people[1:])
        ]
        chatting = [asyncio.create_task(each.chat()) for each in chatters]
        for task in chatting:
            stack.callback(task.cancel)
        probe = Chatter(people[0], model, ledger, f"{plan.seed}/probe", plan.words)
        await _faults(Target(site, gate, chatters), probe, plan, report, stopped)
        ledger.over.set()
        said = asyncio.create_task(asyncio.wait(chatting, timeout=ACCEPT_SECONDS + PATIENCE))
        await _either(said, stopped)
        print(f"  {time.strftime('%H:%M:%S')} people are silent; comparing", flush=True)
        for each in chatting:
            if not each.done():
                each.cancel()
                if not stopped.is_set():
                    verdict.wrong["stuck"].append("a person waited for an answer to the last request")
            elif error := each.exception():
                verdict.wrong["not compared"].append(f"a person: {error!r}")
        await judge(chatters, ledger, model, site.data, verdict, stopped)
        for chatter in chatters:
            if chatter.living is not None:
                chatter.living.cancel()
        for line in ledger.refusals[:5]:
            print(f"  refused: {line}", flush=True)
        for line in ledger.troubles[:5]:
            print(f"  people's own trouble: {line}", flush=True)


async def _faults(target: Target, probe: Chatter, plan: Plan, report: Report, stopped: asyncio.Event) -> None:
    await _either(asyncio.create_task(asyncio.sleep(plan.first)), stopped)
    for number, name in enumerate(plan.faults):
        happening = asyncio.create_task(_happens(name, target, probe, report))
        await _either(happening, stopped)
        if stopped.is_set():
            missing = len(plan.faults) - number
            report.verdict.wrong["not compared"].append(f"the run was stopped; {missing} faults did not end")
            return
        seconds = report.happened[-1].answered
        said = "not answered" if seconds is None else f"a new message was answered after {seconds:.1f} s"
        print(f"  {time.strftime('%H:%M:%S')} {name}: {said}", flush=True)
        await _either(asyncio.create_task(asyncio.sleep(plan.gap)), stopped)


async def _either(task: asyncio.Task[Any], stopped: asyncio.Event) -> None:
    """Waits for the task, and cancels it if the run is stopped meanwhile.

    Raises:
        Exception: what the task raised.
    """
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if task.done():
        task.result()
    else:
        task.cancel()
        # A fault puts back what it changed.
        await asyncio.wait({task}, timeout=1)


async def _happens(name: str, target: Target, probe: Chatter, report: Report) -> None:
    probe.ledger.fault = name
    fault = asyncio.create_task(asyncio.wait_for(FAULTS[name](target), FAULT_SECONDS))
    try:
        # Give the fault time to take effect before the message is sent.
        await asyncio.sleep(0.1)
        began = time.monotonic()
        asking = asyncio.create_task(probe.ask())
        answered: float | None = None
        try:
            await asyncio.wait_for(asking, PROBE_SECONDS)
            answered = time.monotonic() - began
        except (*LOST, DatabaseError) as error:
            if not isinstance(error, TimeoutError):
                probe.ledger.troubles.append(f"the new message during {name}: {error!r}")
        hit = ""
        try:
            hit = await fault
        except Exception as error:  # noqa: BLE001 - part of the report
            report.verdict.wrong["fault did not happen"].append(f"{name}: {error!r}")
        report.happened.append(Happened(name, answered, hit))
    finally:
        fault.cancel()
