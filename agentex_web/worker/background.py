"""The worker's signs of life, which tell the web process which agents have a running worker."""

import asyncio
from collections.abc import Sequence

from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.tasks import agents
from agentex_web.tasks.threads import in_database


async def signs_of_life(task_queue: str, workflows: Sequence[type]) -> None:
    """Records every few seconds that a worker serves the agents of these workflows. Runs until cancelled."""
    names = [workflow_name(each) for each in workflows]
    while True:
        await in_database(agents.sign_of_life, task_queue, names)
        await asyncio.sleep(agents.SIGN_OF_LIFE.total_seconds())
