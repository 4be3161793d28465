"""Shape of openai-agents-python examples/hosted_mcp/on_approval.py, with a rule and with a question in place of
the keyboard. Changed lines: two.
"""

from typing import Any

from agentex_web import adk
from agents import (
    Agent,
    HostedMCPTool,
    MCPToolApprovalFunctionResult,
    MCPToolApprovalRequest,
    Runner,
)


def by_rule(request: MCPToolApprovalRequest) -> MCPToolApprovalFunctionResult:
    if request.data.name.startswith("find"):
        return {"approve": True}
    return {"approve": False, "reason": "Only reading is allowed."}


async def by_asking(request: MCPToolApprovalRequest) -> MCPToolApprovalFunctionResult:
    said = await adk.ask(f"May I call {request.data.name}?", choices=["yes", "no"])
    return {"approve": said == "yes", "reason": "The person said no."}


async def on_message(turn: Any) -> None:
    asks = "ask" in turn.message.content.content
    librarian = Agent(
        name="Librarian",
        instructions="Use the tools.",
        tools=[
            HostedMCPTool(
                tool_config={
                    "type": "mcp",
                    "server_label": "docs",
                    "server_url": "https://docs.example/mcp",
                    "require_approval": "always",
                },
                on_approval_request=by_asking if asks else by_rule,
            )
        ],
    )
    result = await Runner.run(librarian, "When is high tide?")
    while result.interruptions:
        result = await Runner.run(librarian, result.to_state())
    print(result.final_output)
