"""An in-memory Temporal with workflows and activities of a test, without a chat."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.converter import DataConverter

from agentex_web.adk.testing.temporal.bridge import InMemoryBridge
from agentex_web.adk.testing.temporal.client import InMemoryTemporal
from agentex_web.adk.testing.temporal.run import WorkflowRun
from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.compat.temporal_in_memory import in_memory_client, in_memory_worker

attempts: list[int] = []


LIMIT = timedelta(seconds=10)


@asynccontextmanager
async def temporal(
    *workflows: type, activities: tuple[Callable[..., Any], ...] = ()
) -> AsyncIterator[InMemoryTemporal]:
    attempts.clear()
    client = in_memory_client(InMemoryTemporal.namespace)
    server = InMemoryTemporal(client.data_converter)
    worker = in_memory_worker(
        client,
        InMemoryBridge(server),
        task_queue="queue",
        workflows=workflows,
        activities=activities or [greet],
    )
    async with worker:
        try:
            yield server
        finally:
            await server.close()


async def result_of(server: InMemoryTemporal, of: type, *arguments: object) -> Any:
    run = await server.start(workflow_name(of), "workflow", *arguments)
    await server.until(lambda: not run.is_open)
    return value_of(run)


def value_of(run: WorkflowRun) -> Any:
    assert run.result is not None, run.status
    return DataConverter.default.payload_converter.from_payload(run.result)


@activity.defn
async def greet(name: str) -> str:
    return f"Hello {name}"


@workflow.defn(sandboxed=False)
class Mailbox:
    def __init__(self) -> None:
        self.letters: list[str] = []

    @workflow.run
    async def run(self, wanted: int) -> list[str]:
        await workflow.wait_condition(lambda: len(self.letters) >= wanted)
        return self.letters

    @workflow.signal
    def put(self, letter: str) -> None:
        self.letters.append(letter)

    @workflow.query
    def count(self) -> int:
        return len(self.letters)

    @workflow.update
    async def exchange(self, letter: str) -> str:
        await workflow.sleep(60)
        self.letters.append(letter)
        return f"{letter} for {len(self.letters) - 1}"

    @exchange.validator
    def no_empty_letter(self, letter: str) -> None:
        if not letter:
            raise ValueError("It is empty.")
