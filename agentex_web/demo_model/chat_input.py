"""Reading the body of `POST /v1/chat/completions` into a `Prompt`, refusing what the real API refuses."""

from __future__ import annotations

from .answers import Json
from .errors import ApiError
from .prompt import Entry, Prompt, Tool
from .reading import content_of, required_string, whole_number


def read(body: Json) -> Prompt:
    """The prompt in a Chat Completions request.

    Raises:
        ApiError: a field is missing or wrong, or a tool call is not followed by its output.
    """
    required_string(body, "model")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ApiError("Missing or empty 'messages': expected an array.", param="messages")
    system: list[str] = []
    entries: list[Entry] = []
    for index, message in enumerate(messages):
        if not isinstance(message, dict):
            raise ApiError(f"Invalid 'messages[{index}]': expected an object.", param=f"messages[{index}]")
        _read_message(message, f"messages[{index}]", system, entries)
    _check_pairs(entries)
    response_format = body.get("response_format") or {}
    schema = (response_format.get("json_schema") or {}).get("schema")
    return Prompt(
        body=body,
        instructions="\n\n".join(text for text in system if text),
        entries=tuple(entries),
        tools=tuple(_tool(tool["function"]) for tool in body.get("tools") or [] if "function" in tool),
        schema=schema,
        limit=whole_number(body, "max_completion_tokens") or whole_number(body, "max_tokens"),
    )


def _read_message(message: Json, where: str, system: list[str], entries: list[Entry]) -> None:
    text, attachments = content_of(message.get("content"), f"{where}.content")
    role = message.get("role")
    if role in ("system", "developer"):
        system.append(text)
    elif role == "user":
        entries.append(Entry("user", text, attachments=attachments))
    elif role == "assistant":
        if text:
            entries.append(Entry("assistant", text))
        for call in message.get("tool_calls") or []:
            function = call.get("function") or {}
            name, arguments = str(function.get("name", "")), str(function.get("arguments", ""))
            entries.append(Entry("tool_call", arguments, name, str(call.get("id", ""))))
    elif role == "tool":
        call_id = str(message.get("tool_call_id", ""))
        names = [entry.name for entry in entries if entry.kind == "tool_call" and entry.call_id == call_id]
        entries.append(Entry("tool_output", text, names[-1] if names else "", call_id))
    else:
        message_text = f"Invalid value: {role!r}. Use 'system', 'developer', 'user', 'assistant' or 'tool'."
        raise ApiError(message_text, param=f"{where}.role", code="invalid_value")


def _check_pairs(entries: list[Entry]) -> None:
    called = {entry.call_id for entry in entries if entry.kind == "tool_call"}
    answered = {entry.call_id for entry in entries if entry.kind == "tool_output"}
    if missing := called - answered:
        raise ApiError(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. Without a response: {', '.join(sorted(missing))}",
            param="messages",
        )
    if answered - called:
        message = "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'."
        raise ApiError(message, param="messages")


def _tool(function: Json) -> Tool:
    name, description = str(function.get("name", "")), str(function.get("description") or "")
    return Tool(name, description, function.get("parameters") or {})
