"""Tools for tests that fail: one until a file says that it may return, with long waits between its attempts."""

import os
from datetime import timedelta
from pathlib import Path

from temporalio import activity
from temporalio.common import RetryPolicy
from temporalio.openai_agents.workflow import activity_as_tool

from agents import Agent


@activity.defn
async def ask_the_warehouse(item: str) -> str:
    """Asks the warehouse."""
    if not (Path(os.environ["AGENTEX_DATA_DIR"]) / f"{item}.ready").exists():
        raise ConnectionError("the warehouse does not answer")
    return f"{item}: 12 in stock"


@activity.defn
async def ask_an_expert(item: str) -> str:
    """Asks an expert."""
    raise LookupError("the expert does not know")


@activity.defn
async def ask_in_a_hurry(item: str) -> str:
    """Asks somebody who has no time."""
    raise ConnectionError("nobody is there")


ALLOW_MANUAL_RESULT = True

agent = Agent(
    name="Warehouse",
    instructions="Ask the warehouse.",
    tools=[
        activity_as_tool(
            ask_the_warehouse,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(initial_interval=timedelta(minutes=10)),
        ),
        activity_as_tool(
            ask_an_expert,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(non_retryable_error_types=["LookupError"]),
        ),
        activity_as_tool(
            ask_in_a_hurry,
            schedule_to_close_timeout=timedelta(minutes=5),
            retry_policy=RetryPolicy(initial_interval=timedelta(minutes=10)),
        ),
    ],
)
