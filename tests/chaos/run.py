"""One run: people chat while faults happen one after the other. A new message probes each fault."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from agentex_web.tasks.threads import in_database
from tests.chaos.faults import FAULTS, Target
from tests.chaos.gate import Gate
from tests.chaos.judge import Verdict, judge
from tests.chaos.people import AGENTS, Chatter, Ledger
from tests.chaos.site import Site
from tests.support.model_server import ModelServer
from tests.support.people import new_person

PROBE_SECONDS = 60.0


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
    """A fault, and the seconds until a message sent at its start was answered; None if it was not answered."""

    fault: str
    answered: float | None


def chosen(names: Sequence[str], count: int, seed: int) -> Sequence[str]:
    """Returns ``count`` faults in a random order from the seed. Each kind comes once before any comes twice."""
    chance = random.Random(seed)
    found: list[str] = []
    while len(found) < count:
        found += chance.sample(names, len(names))
    return found[:count]


async def run(site: Site, model: ModelServer, gate: Gate, plan: Plan) -> tuple[list[Happened], Verdict]:
    """Runs the plan against a running site."""
    ledger = Ledger()
    over = False
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
        chatting = [asyncio.create_task(each.chat(lambda: over)) for each in chatters]
        for task in chatting:
            stack.callback(task.cancel)
        probe = Chatter(people[0], model, ledger, f"{plan.seed}/probe", plan.words)
        target = Target(site, gate, chatters)
        await asyncio.sleep(plan.first)
        happened = []
        for name in plan.faults:
            happened.append(await _happens(name, target, probe))
            seconds = happened[-1].answered
            said = "not answered" if seconds is None else f"a new message was answered after {seconds:.1f} s"
            print(f"  {time.strftime('%H:%M:%S')} {name}: {said}", flush=True)
            await asyncio.sleep(plan.gap)
        over = True
        await asyncio.gather(*chatting)
        print(f"  {time.strftime('%H:%M:%S')} people are silent; comparing", flush=True)
        verdict = await judge(chatters, ledger, model, site.data)
        for each in chatters:
            if each.living is not None:
                each.living.cancel()
        for line in ledger.refusals[:5]:
            print(f"  refused: {line}", flush=True)
    return happened, verdict


async def _happens(name: str, target: Target, probe: Chatter) -> Happened:
    fault = asyncio.ensure_future(FAULTS[name](target))
    # Give the fault time to take effect before the message is sent.
    await asyncio.sleep(0.1)
    began = time.monotonic()
    asking = asyncio.create_task(probe.ask())
    answered: float | None = None
    try:
        await asyncio.wait_for(asking, PROBE_SECONDS)
        answered = time.monotonic() - began
    except TimeoutError:
        pass
    await fault
    return Happened(name, answered)
