"""The demo model end to end: the Agents SDK runs a tool and a handoff with it, over both APIs.

The other files in `tests/demo_model/` test its parts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from agents.run import RunConfig
from openai import AsyncOpenAI

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool
from tests.support.model_server import ModelServer


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.mark.parametrize("kind", [OpenAIResponsesModel, OpenAIChatCompletionsModel])
def test_the_agents_sdk_runs_a_tool_and_a_handoff(model: ModelServer, kind: Any) -> None:
    @function_tool
    def get_invoice(order_id: str) -> str:
        """Look up the invoice of an order.

        Args:
            order_id: the order's number.
        """
        return f"Invoice for order {order_id}: 20 euros."

    model.clear()

    async def run() -> tuple[str, str, list[str]]:
        async with AsyncOpenAI(base_url=model.url, api_key="k", max_retries=0) as client:
            speaking = kind(model="demo", openai_client=client)
            billing = Agent(
                "Billing",
                handoff_description="Answers questions about an invoice.",
                instructions="You are a billing clerk.",
                tools=[get_invoice],
                model=speaking,
            )
            poet = Agent("Poet", handoff_description="Writes poems.", model=speaking)
            triage = Agent("Triage", instructions="Hand over.", handoffs=[poet, billing], model=speaking)
            config = RunConfig(tracing_disabled=True)
            result = Runner.run_streamed(triage, "I need the invoice of order 77", run_config=config)
            seen = [str(event.type) async for event in result.stream_events()]
            return str(result.final_output), result.last_agent.name, seen

    answer, agent, seen = asyncio.run(run())
    assert "Invoice for order 77: 20 euros." in answer
    assert agent == "Billing"
    assert "raw_response_event" in seen and "agent_updated_stream_event" in seen
    assert len(model.requests("order 77")) == 3
