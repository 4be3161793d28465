"""Shape of openai-agents-python examples/agent_patterns/human_in_the_loop_custom_rejection.py. Changed lines: one."""

import asyncio
from typing import Any

from agents.decorators import tool
from examples.auto_mode import confirm_with_fallback

from agents import Agent, ModelSettings, RunConfig, Runner, ToolErrorFormatterArgs


async def in_own_words(failed: ToolErrorFormatterArgs[None]) -> str | None:
    return "It was not sent." if failed.kind == "approval_rejected" else None


@tool(needs_approval=True)
async def send_note(title: str) -> str:
    """Sends a note to everybody."""
    return f"Sent: {title}"


async def on_message(_turn: Any) -> None:  # was: async def main() -> None:
    clerk = Agent(
        name="Clerk",
        instructions="Send notes.",
        model_settings=ModelSettings(tool_choice="send_note"),
        tools=[send_note],
    )
    config = RunConfig(tool_error_formatter=in_own_words)
    result = await Runner.run(clerk, "Tell everybody that we close at six", run_config=config)
    while result.interruptions:
        state = result.to_state()
        for interruption in result.interruptions:
            if confirm_with_fallback("Send it? ", default=False):
                state.approve(interruption)
            else:
                state.reject(interruption, rejection_message="The reviewer said no.")
        result = await Runner.run(clerk, state, run_config=config)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())  # noqa: F821  (as the example ends)
