"""A complete run: starts the site, runs the plan, and always stops the site."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from tests.chaos.cluster import Cluster
from tests.chaos.embedded import Embedded
from tests.chaos.gate import Gate
from tests.chaos.judge import Verdict
from tests.chaos.run import Happened, Plan, run
from tests.chaos.site import Site
from tests.support.model_server import ModelServer

_UNLIMITED = {
    "AGENTEX_MESSAGES_PER_MINUTE": "0",
    "AGENTEX_OPEN_TURNS": "0",
    # Short, so that some workflows end between two messages and start again from the database.
    "AGENTEX_IDLE_SECONDS": "20",
}


async def embedded_run(plan: Plan, data: Path) -> tuple[list[Happened], Verdict, str]:
    """Runs with `manage.py run`. Returns what happened, the verdict and the product's log."""
    agents = os.environ["AGENTEX_AGENT_DIRS"]
    return await _run(
        lambda model: Embedded(data, OPENAI_BASE_URL=model, AGENTEX_AGENT_DIRS=agents, **_UNLIMITED), plan
    )


async def cluster_run(plan: Plan, data: Path, temporal_port: int) -> tuple[list[Happened], Verdict, str]:
    """Like `embedded_run`, with PostgreSQL, nginx, two web processes and two workers."""
    return await _run(lambda model: Cluster(data, temporal_port, OPENAI_BASE_URL=model, **_UNLIMITED), plan)


async def _run(make: Callable[[str], Site], plan: Plan) -> tuple[list[Happened], Verdict, str]:
    with ModelServer() as model:
        gate = Gate(model.url)
        await gate.open()
        site = make(gate.url)
        try:
            await asyncio.to_thread(site.start)
            happened, verdict = await run(site, model, gate, plan)
        finally:
            await asyncio.to_thread(site.stop)
            gate.shut()
    return happened, verdict, site.log
