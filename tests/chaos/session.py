"""A complete run: starts the site, runs the plan, and always stops the site."""

import asyncio
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.cluster import Cluster
from tests.chaos.embedded import Embedded
from tests.chaos.gate import Gate
from tests.chaos.run import Plan, Report, run
from tests.chaos.site import Site
from tests.chaos.table import table
from tests.support.model_server import ModelServer

_UNLIMITED = {
    "AGENTEX_MESSAGES_PER_MINUTE": "0",
    "AGENTEX_OPEN_TURNS": "0",
    # Short, so that some workflows end between two messages and start again from the database.
    "AGENTEX_IDLE_SECONDS": "20",
}


async def embedded_run(plan: Plan, data: Path, report: Report) -> str:
    """Runs with `manage.py run`, prints the table, and returns the product's log.

    The table is printed in any case: also if the run is stopped by a signal, or fails.
    """
    agents = os.environ["AGENTEX_AGENT_DIRS"]
    return await _run(
        lambda model: Embedded(data, OPENAI_BASE_URL=model, AGENTEX_AGENT_DIRS=agents, **_UNLIMITED),
        plan,
        report,
    )


async def cluster_run(plan: Plan, data: Path, report: Report, temporal_port: int) -> str:
    """Like `embedded_run`, with PostgreSQL, nginx, two web processes and two workers."""
    return await _run(
        lambda model: Cluster(data, temporal_port, OPENAI_BASE_URL=model, **_UNLIMITED), plan, report
    )


async def _run(make: Callable[[str], Site], plan: Plan, report: Report) -> str:
    with ModelServer() as model:
        gate = Gate(model.url)
        await gate.open()
        site = make(gate.url)
        try:
            await asyncio.to_thread(site.start)
            with _stopped_by_signals() as stopped:
                try:
                    await run(site, model, gate, plan, report, stopped)
                except Exception as error:  # noqa: BLE001 - part of the report
                    report.verdict.wrong["not compared"].append(traceback.format_exc())
                    print(f"  the run failed: {error!r}", flush=True)
                finally:
                    # Before the site stops, which may take longer than whoever stops the run waits.
                    print(f"\n{table(report)}", flush=True)
        finally:
            gate.go_on()
            gate.shut()
            await asyncio.to_thread(site.stop)
    return site.log


@contextmanager
def _stopped_by_signals() -> Iterator[asyncio.Event]:
    """Yields an event that is set by SIGTERM and by Ctrl-C, which then end nothing else."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        loop.add_signal_handler(number, stopped.set)
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
