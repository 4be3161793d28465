"""Shape of openai-agents-python examples/hosted_mcp/human_in_the_loop.py. Changed lines: one."""

import argparse
import asyncio
import json
from typing import Any, Literal

from agents.model_settings import MCPToolChoice
from examples.auto_mode import confirm_with_fallback

from agents import Agent, HostedMCPTool, ModelSettings, RunConfig, Runner, RunResultStreaming


def may_call(name: str | None, arguments: str | None) -> bool:
    return confirm_with_fallback(f"Call {name} with {json.loads(arguments or '{}')}? ", default=True)


async def drained(result: RunResultStreaming) -> RunResultStreaming:
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            print(event.data.delta, end="", flush=True)
    return result


async def on_message(turn: Any, stream: bool = False) -> None:  # was: async def main(stream: bool) -> None:
    stream = "stream" in turn.message.content.content
    always: Literal["always"] = "always"
    librarian = Agent(
        name="Librarian",
        instructions="Use the tools.",
        model_settings=ModelSettings(tool_choice=MCPToolChoice(server_label="docs", name="find")),
        tools=[
            HostedMCPTool(
                tool_config={
                    "type": "mcp",
                    "server_label": "docs",
                    "server_url": "https://docs.example/mcp",
                    "require_approval": always,
                }
            )
        ],
    )
    afterwards = RunConfig(model_settings=ModelSettings(tool_choice="auto"))
    question = "When is high tide?"
    if stream:
        result: Any = await drained(Runner.run_streamed(librarian, question, max_turns=100))
    else:
        result = await Runner.run(librarian, question, max_turns=100)
    while result.interruptions:
        state = result.to_state()
        for interruption in result.interruptions:
            if may_call(interruption.name, interruption.arguments):
                state.approve(interruption)
            else:
                state.reject(interruption)
        if stream:
            result = await drained(
                Runner.run_streamed(librarian, state, max_turns=100, run_config=afterwards)
            )
        else:
            result = await Runner.run(librarian, state, max_turns=100, run_config=afterwards)
    print(result.final_output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--stream", action="store_true", default=False)
    asyncio.run(main(parser.parse_args().stream))  # noqa: F821  (as the example ends)
