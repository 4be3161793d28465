"""AgentexWorker in an author's own process takes agentex-sdk's arguments and shows its agents in the dashboard."""

import asyncio
import base64
import socket
import urllib.request

import pytest
from temporalio import activity
from temporalio.converter import DataConverter

from agentex_web import adk
from agentex_web.encryption.codec import EncryptionCodec
from agentex_web.encryption.keys import parse_keys
from agentex_web.tasks import agents
from agentex_web.tasks.models import Agent
from agentex_web.worker.own_workers import agents_of, answering, connection_options


@adk.workflow.defn(name="Night Desk")
class NightDesk:
    """Answers at night.

    And nothing else.
    """

    @adk.workflow.signal(name=adk.SignalName.RECEIVE_EVENT)
    async def on_event(self, params: adk.SendEventParams) -> None: ...


@adk.workflow.defn
class Child:
    @adk.workflow.run
    async def run(self, words: str) -> None: ...


@activity.defn
async def look(words: str) -> str:
    return words


@pytest.mark.django_db
def test_workflows_that_take_messages_are_offered_and_anothers_agent_is_left_alone() -> None:
    assert agents.offer(agents_of([NightDesk, Child], "night")) == []
    row = Agent.objects.get(task_queue="night")
    assert (row.name, row.title, row.description, row.workflow) == (
        "night-desk",
        "Night Desk",
        "Answers at night.",
        "Night Desk",
    )
    assert agents.offer(agents_of([NightDesk], "night")) == []
    assert agents.offer(agents_of([NightDesk], "day")) == ["night-desk"]
    row = Agent.objects.get(name="night-desk")
    assert row.task_queue == "night"
    row.starters = ["Good evening"]
    row.save()
    assert agents.offer(agents_of([NightDesk], "night")) == []
    assert Agent.objects.get(name="night-desk").starters == ["Good evening"]


async def test_the_health_port_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with answering(port):
        found = await asyncio.to_thread(
            lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").status
        )
    assert found == 200
    async with answering(None):
        pass


def test_an_authors_codec_and_converter_take_the_products_place() -> None:
    codec = EncryptionCodec(parse_keys(["one:" + base64.b64encode(bytes(32)).decode()]))
    converter = DataConverter()
    options = connection_options(None, codec, converter)
    assert options["data_converter"].payload_codec is codec
    assert connection_options(None, None, converter)["data_converter"] is converter
