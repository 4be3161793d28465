"""What a person sees of a turn, with one line per message."""

from agentex_web.adk.testing import KeptMessage, KeptTurn


def seen(turn: KeptTurn) -> list[str]:
    """The turn's messages except the person's. Messages inside a card are indented."""
    return [
        f"{'  ' if each.parent_tool_call_id else ''}{_line(each)}"
        for each in turn.messages
        if not each.opens_turn
    ]


def _line(message: KeptMessage) -> str:
    failed = " (failed)" if message.status == "failed" and message.kind != "error" else ""
    match message.kind:
        case "tool_request":
            return f"{message.tool_name}({message.content})"
        case "tool_response":
            return f"→ {message.content}{failed}"
        case "reasoning":
            return f"step of {message.agent_name}: {message.content}"
        case "handoff" | "error":
            return f"{message.kind}: {message.content}"
        case _ if message.author == "system":
            return f"note: {message.content}"
        case _:
            return f"{message.agent_name}: {message.content}{failed}"
