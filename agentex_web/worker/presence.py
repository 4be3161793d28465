"""The worker reports that it runs, so that the web process knows which agents have a worker."""

import asyncio
from collections.abc import Sequence

from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.tasks import agents
from agentex_web.tasks.threads import in_database


async def report_presence(task_queue: str, workflows: Sequence[type]) -> None:
    """Records every few seconds that a worker serves the agents of these workflows. Runs until cancelled."""
    names = [workflow_name(each) for each in workflows]
    while True:
        await in_database(agents.note_worker, task_queue, names)
        await asyncio.sleep(agents.REPORT_INTERVAL.total_seconds())
