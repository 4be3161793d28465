"""Temporal's Workflow Streams with the same agent: each event of the model is a signal, and a client polls updates.

The code follows the documentation of temporalio-openai-agents 1.1. It has no database, no page and no web process:
the benchmark itself is the client.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio.client import Client
from temporalio.contrib.workflow_streams import WorkflowStreamClient
from temporalio.openai_agents import OpenAIAgentsPlugin

from tests.bench.peers import workflow_streams_worker
from tests.bench.peers.workflow_streams_worker import QUEUE, READY, TOPIC, Answering
from tests.support.environment import ROOT
from tests.support.waiting import PATIENCE


@contextmanager
def worker(temporal: str, model_url: str) -> Iterator[int]:
    """Runs a worker while the block runs, and yields its process id.

    Args:
        temporal: the server's address.
        model_url: base URL of the model server.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", workflow_streams_worker.__name__, temporal, model_url],
        env={**os.environ, "TEMPORAL_DEBUG": ""},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout and process.stdout.readline().strip() == READY, (
            "the worker of Workflow Streams ended"
        )
        yield process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE)


async def connect(temporal: str) -> Client:
    return await Client.connect(temporal, plugins=[OpenAIAgentsPlugin()])


async def answer(client: Client, words: str) -> AsyncIterator[str]:
    """Yields the parts of the answer's text as they arrive."""
    name = f"workflow-streams-{uuid.uuid4()}"
    handle = await client.start_workflow(Answering.run, words, id=name, task_queue=QUEUE)
    stream = WorkflowStreamClient.create(client, name)
    async for item in stream.subscribe([TOPIC], poll_cooldown=timedelta(milliseconds=10)):
        if item.data["type"] == "response.output_text.delta":
            yield item.data["delta"]
        elif item.data["type"] == "response.completed":
            break
    await handle.result()
