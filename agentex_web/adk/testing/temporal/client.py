"""The client of the in-memory Temporal: starts, signals, queries and updates workflows."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any

from temporalio.bridge.proto.workflow_activation import (
    DoUpdate,
    InitializeWorkflow,
    QueryWorkflow,
    SignalWorkflow,
)

from agentex_web.adk.testing.errors import WorkflowTaskFailed
from agentex_web.adk.testing.temporal.run import WorkflowRun, job
from agentex_web.adk.testing.temporal.waiting import ServerWithTime


class InMemoryTemporal(ServerWithTime):
    """A Temporal server with one worker in this process, and its client."""

    async def signal_with_start(
        self, workflow_type: str, workflow_id: str, argument: object, signal: str, signal_argument: object
    ) -> WorkflowRun:
        """Sends a signal to a workflow, and starts the workflow if it is not running."""
        run = self.open_run(workflow_id) or await self.start(workflow_type, workflow_id, argument)
        await self._signal(run, signal, [signal_argument])
        return run

    async def start(self, workflow_type: str, workflow_id: str, *arguments: object) -> WorkflowRun:
        """Starts a workflow."""
        payloads = await self.converter.encode(arguments)
        return self.start_run(
            InitializeWorkflow(workflow_type=workflow_type, workflow_id=workflow_id, arguments=payloads)
        )

    async def signal(self, workflow_id: str, name: str, *arguments: object) -> None:
        """Sends a signal to a running workflow.

        Raises:
            LookupError: the workflow is not running.
        """
        await self._signal(self.require_run(workflow_id), name, arguments)

    async def _signal(self, run: WorkflowRun, name: str, arguments: Sequence[object]) -> None:
        payloads, number = await self.converter.encode(arguments), self.next_event_number()
        signal = SignalWorkflow(signal_name=name, input=payloads, originating_event_id=number)
        self.add_job(run, job(signal_workflow=signal))

    async def query(self, workflow_id: str, name: str, *arguments: object) -> Any:
        """Queries a workflow, which may have ended; returns the answer.

        Raises:
            Exception: the exception of the query's handler.
        """
        run = self.latest_run(workflow_id)
        query = QueryWorkflow(
            query_id="query", query_type=name, arguments=await self.converter.encode(arguments)
        )
        async with run.one_at_a_time:
            await self.load(run)
            completion = await self.exchange(self.activation(run, [job(query_workflow=query)]))
        for command in completion.successful.commands:
            answer = command.respond_to_query
            if answer.HasField("succeeded"):
                return (await self.converter.decode([answer.succeeded.response]))[0]
            raise self.error_of(answer.failed)
        raise WorkflowTaskFailed(completion.failed.failure.message)

    async def update(self, workflow_id: str, name: str, *arguments: object) -> Any:
        """Sends an update to a workflow, waits for it, and returns its result.

        Raises:
            Exception: the exception with which the update was refused or failed.
        """
        run, number = self.require_run(workflow_id), uuid.uuid4().hex
        answer = run.updates[number] = asyncio.get_running_loop().create_future()
        update = DoUpdate(
            id=number,
            protocol_instance_id=number,
            name=name,
            input=await self.converter.encode(arguments),
            run_validator=True,
        )
        self.add_job(run, job(do_update=update))
        await self.until(answer.done)
        return (await self.converter.decode([answer.result()]))[0]
