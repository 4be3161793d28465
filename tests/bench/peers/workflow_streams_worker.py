"""The worker process of workflow_streams.py. Its arguments are the addresses of Temporal and of the model."""

import asyncio
import sys
from datetime import timedelta

from openai import AsyncOpenAI
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.workflow_streams import WorkflowStream
from temporalio.openai_agents import ModelActivityParameters, OpenAIAgentsPlugin
from temporalio.worker import Worker

from agents import Agent, OpenAIProvider, Runner

QUEUE = "workflow-streams"
TOPIC = "events"
READY = "ready"


@workflow.defn
class Answering:
    """One message and its answer."""

    @workflow.init
    def __init__(self, words: str) -> None:
        self.stream = WorkflowStream()

    @workflow.run
    async def run(self, words: str) -> str:
        agent = Agent(
            name="Haiku Assistant",
            instructions="You are a friendly assistant who always responds in the form of a haiku.",
            model="bench",
        )
        result = Runner.run_streamed(agent, input=words)
        async for _ in result.stream_events():
            pass
        return str(result.final_output)


async def _work(temporal: str, model_url: str) -> None:
    model = AsyncOpenAI(base_url=model_url, api_key="none", max_retries=0)
    plugin = OpenAIAgentsPlugin(
        model_params=ModelActivityParameters(
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=10),
            streaming_topic=TOPIC,
        ),
        model_provider=OpenAIProvider(openai_client=model, use_responses=True),
    )
    client = await Client.connect(temporal, plugins=[plugin])
    # Debug mode switches off the deadlock detector: validating 500 events may block the workflow for more than its 2 s.
    async with Worker(client, task_queue=QUEUE, workflows=[Answering], debug_mode=True):
        print(READY, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_work(*sys.argv[1:]))
