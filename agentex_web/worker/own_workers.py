"""Features of AgentexWorker for processes that an author wrote, which `runworker` does not need."""

import asyncio
import dataclasses
import inspect
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from django.utils.text import slugify
from temporalio.converter import DataConverter, PayloadCodec
from temporalio.runtime import OpenTelemetryConfig, Runtime, TelemetryConfig

from agentex_web.compat import guide
from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.encryption.converter import client_options
from agentex_web.tasks.models import Agent

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"


def connection_options(
    metrics_url: str | None, codec: PayloadCodec | None, converter: DataConverter | None
) -> dict[str, Any]:
    """The arguments for ``Client.connect`` that an author may choose."""
    options: dict[str, Any] = dict(client_options())
    if converter is not None:
        options["data_converter"] = converter
    if codec is not None:
        before = options.get("data_converter", DataConverter.default)
        options["data_converter"] = dataclasses.replace(before, payload_codec=codec)
    if metrics_url:
        options["runtime"] = Runtime(telemetry=TelemetryConfig(metrics=OpenTelemetryConfig(url=metrics_url)))
    return options


def agents_of(workflows: Iterable[type], task_queue: str) -> list[Agent]:
    """Builds an Agent row for each workflow that takes messages."""
    return [
        Agent(
            name=slugify(workflow_name(each)),
            title=workflow_name(each),
            description=" ".join((inspect.getdoc(each) or "").split("\n\n")[0].split()),
            workflow=workflow_name(each),
            task_queue=task_queue,
        )
        for each in workflows
        if guide.takes_messages(each)
    ]


@asynccontextmanager
async def answering(port: int | None) -> AsyncIterator[None]:
    """Answers each HTTP request at the port with 200 while the block runs; None opens no port."""
    if port is None:
        yield
        return
    server = await asyncio.start_server(_answer, None, port)
    async with server:
        yield


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await asyncio.wait_for(reader.readline(), 5)
        writer.write(_ANSWER)
        await writer.drain()
    except (TimeoutError, ConnectionError):
        # The client went away and needs no answer.
        pass
    finally:
        writer.close()
