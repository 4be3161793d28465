"""A short `make chaos`: while parts are killed, nothing is lost, doubled, mixed up or stuck."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentex_web.tasks import threads
from tests.chaos.gate import Gate
from tests.chaos.on_stack import OnStack
from tests.chaos.run import Plan, Report, run
from tests.chaos.table import table
from tests.support.authored import authored
from tests.support.stack import Stack

KILLED = ("worker killed", "web killed", "temporal killed", "redis restored from a snapshot")
AGENTS = Path(__file__).with_name("agents")


@pytest.fixture
def site(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnStack]:
    """The stack with the agents that people chat with, and its restarts."""
    with authored(stack) as files, ThreadPoolExecutor(threads.THREADS, "database") as pool:
        # The threads' connections end with them.
        monkeypatch.setattr(threads, "_pool", pool)
        files.write({path.stem: path.read_text() for path in AGENTS.glob("*.py")})
        files.restart()
        site = OnStack(stack)
        with site.supervised():
            yield site


def test_nothing_is_lost_while_parts_are_killed(site: OnStack) -> None:
    plan = Plan(people=3, faults=[*KILLED], gap=0.5, seed=5, first=2, words=12)
    model = site.stack.model
    report = Report()
    asyncio.run(run(site, model, Gate(model.url), plan, report, asyncio.Event()))
    said = f"{table(report)}\n{site.log}"
    assert report.verdict.ok, said
    assert [each.fault for each in report.happened if each.answered is not None] == [*KILLED], said
