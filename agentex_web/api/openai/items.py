"""The output items of the Responses API, from the messages of a turn.

A tool call of the agent is shown as an ``mcp_call``, the kind of item that stands for a tool which the server
runs. As a ``function_call``, clients would run it themselves.
"""

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from agentex_web.api.openai.errors import Json
from agentex_web.tasks.models import Message
from agentex_web.tasks.setup_faults import for_reader

Kind, Status = Message.Kind, Message.Status

SERVER = "agentex"
"""The name of the server whose tools the agent calls."""
PREFIXES = {Kind.TEXT: "msg_", Kind.REASONING: "rs_", Kind.TOOL_REQUEST: "mcp_"}
IN_PROGRESS, COMPLETED, INCOMPLETE, FAILED = "in_progress", "completed", "incomplete", "failed"


def is_shown(message: Message) -> bool:
    """Whether it is part of a response: a text, reasoning or tool call, but not of an agent in a tool."""
    return (
        message.author == Message.Author.AGENT
        and message.kind in PREFIXES
        and not message.data.get("inside")
        and not message.data.get("checks")
    )


def item_id(message: Message, number: int = 1) -> str:
    """
    Args:
        number: counts how often the message was started in a stream; its items have different ids.
    """
    return f"{PREFIXES[Kind(message.kind)]}{message.pk.hex}{f'_{number}' if number > 1 else ''}"


def text_item(item: str, text: str, status: str = COMPLETED) -> Json:
    return {
        "id": item,
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": [text_part(text)],
    }


def text_part(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def reasoning_item(item: str, text: str | None) -> Json:
    """
    Args:
        text: None if the summary has not begun.
    """
    summary = [] if text is None else [summary_part(text)]
    return {"id": item, "type": "reasoning", "summary": summary, "encrypted_content": None}


def summary_part(text: str) -> Json:
    return {"type": "summary_text", "text": text}


def call_item(item: str, request: Message, response: Message | None, status: str = "") -> Json:
    """A tool call of the agent.

    Args:
        response: None while there is no result.
        status: by default, that of the call.
    """
    hosted = request.data.get("output", "")
    output = response.content if response is not None else hosted or None
    status = status or call_status(request, response)
    error = None
    if status == FAILED:
        error = output or for_reader(request.error, is_staff=False) or "The tool failed."
        output = None
    return {
        "id": item,
        "type": "mcp_call",
        "server_label": SERVER,
        "name": request.tool_name or request.data.get("label", ""),
        "arguments": request.content,
        "status": status,
        "output": output,
        "error": error,
        "approval_request_id": None,
    }


def call_status(request: Message, response: Message | None) -> str:
    if response is not None:
        return FAILED if response.status == Status.FAILED else COMPLETED
    if request.status == Status.FAILED:
        return FAILED
    if request.status == Status.INTERRUPTED:
        return INCOMPLETE
    # A tool of the model's provider has no response of its own.
    return COMPLETED if request.status == Status.DONE and "hosted" in request.data else IN_PROGRESS


def status_of(message: Message) -> str:
    """The status of a text's item."""
    return COMPLETED if message.status == Status.DONE else INCOMPLETE


def output_of(rows: list[Message], streamed: Mapping[uuid.UUID, str] = MappingProxyType({})) -> list[Json]:
    """The output items of a turn.

    Args:
        rows: all its messages, in order.
        streamed: the ids that a stream has given to items, by their messages.
    """
    responses = responses_of(rows)
    found = []
    for row in filter(is_shown, rows):
        name = streamed.get(row.pk) or item_id(row)
        if row.kind == Kind.TOOL_REQUEST:
            found.append(call_item(name, row, responses.get(row.tool_call_id)))
        elif row.content:
            is_text = row.kind == Kind.TEXT
            found.append(
                text_item(name, row.content, status_of(row)) if is_text else reasoning_item(name, row.content)
            )
    return found


def responses_of(rows: list[Message]) -> dict[str, Message]:
    """The tools' results, by the id of the call."""
    return {row.tool_call_id: row for row in rows if row.kind == Kind.TOOL_RESPONSE}
