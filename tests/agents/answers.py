"""Agents whose answers tests look at closely: tools of each kind, and hosted ones."""

import asyncio
from datetime import timedelta

from agents.tool_context import ToolContext
from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agents import (
    Agent,
    CodeInterpreterTool,
    CustomTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    WebSearchTool,
)


@activity.defn
async def slow_echo(words: str, seconds: float = 0.0) -> str:
    """Says it again, after a while.

    Args:
        words: what to say.
        seconds: how long to wait before.
    """
    await asyncio.sleep(seconds)
    return f"echo of {words}"


async def shout(_context: ToolContext, words: str) -> str:
    return words.upper()


agent = Agent(
    name="Many Kinds",
    instructions="Use whatever helps.",
    tools=[
        activity_as_tool(slow_echo, start_to_close_timeout=timedelta(seconds=30)),
        CustomTool(name="shout", description="Says it louder.", on_invoke_tool=shout),
        WebSearchTool(),
        FileSearchTool(vector_store_ids=["vs_1"]),
        CodeInterpreterTool(tool_config={"type": "code_interpreter", "container": {"type": "auto"}}),
        ImageGenerationTool(tool_config={"type": "image_generation"}),
        HostedMCPTool(
            tool_config={
                "type": "mcp",
                "server_label": "docs",
                "server_url": "https://mcp.example.com",
                "require_approval": "always",
            },
            on_approval_request=lambda _request: {"approve": True},
        ),
    ],
)
