"""A run from nothing to nothing: the site is started, and stopped whatever happens."""

import asyncio
import os
from pathlib import Path

from tests.chaos.embedded import Embedded
from tests.chaos.gate import Gate
from tests.chaos.judge import Verdict
from tests.chaos.run import Happened, Plan, run
from tests.support.model_server import ModelServer

_UNLIMITED = {
    "AGENTEX_MESSAGES_PER_MINUTE": "0",
    "AGENTEX_OPEN_TURNS": "0",
    # Some workflows end between two messages, and begin again from the record.
    "AGENTEX_IDLE_SECONDS": "20",
}


async def embedded_run(plan: Plan, data: Path) -> tuple[list[Happened], Verdict, str]:
    """With `manage.py run`. Returns what happened, the verdict and the product's log."""
    with ModelServer() as model:
        gate = Gate(model.url)
        await gate.open()
        agents = os.environ["AGENTEX_AGENT_DIRS"]
        site = Embedded(data, OPENAI_BASE_URL=gate.url, AGENTEX_AGENT_DIRS=agents, **_UNLIMITED)
        try:
            await asyncio.to_thread(site.start)
            happened, verdict = await run(site, model, gate, plan, data)
        finally:
            await asyncio.to_thread(site.stop)
            gate.shut()
    return happened, verdict, site.log
