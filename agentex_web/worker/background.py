"""What a worker does beside its work: loops that last as long as it does."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from temporalio import workflow

from agentex_web.tasks import agents
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)


class beside:
    """Runs loops that never end, as long as the block lasts."""

    def __init__(self, *loops: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._loops = loops

    async def __aenter__(self) -> None:
        self._tasks = [asyncio.create_task(loop()) for loop in self._loops]

    async def __aexit__(self, *_: object) -> None:
        # More than once: seen in the sweep's first second, a cancelled call to Temporal ended as if it had
        # failed, the loop went on, and the worker did not stop.
        pending = set(self._tasks)
        while pending:
            for task in pending:
                task.cancel()
            pending = (await asyncio.wait(pending, timeout=0.5))[1]


async def signs_of_life(task_queue: str, workflows: Sequence[type]) -> None:
    """Says again and again that somebody carries the agents whose workflows these are."""
    names = [workflow_name(each) for each in workflows]
    while True:
        try:
            await in_database(agents.sign_of_life, task_queue, names)
        except Exception:
            logger.exception("The worker could not give a sign of life")
        await asyncio.sleep(agents.SIGN_OF_LIFE.total_seconds())


def workflow_name(of: type) -> str:
    """What Temporal knows a workflow's class as."""
    return str(workflow._Definition.must_from_class(of).name)
