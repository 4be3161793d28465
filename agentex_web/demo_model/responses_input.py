"""Reading the body of `POST /v1/responses` into a `Prompt`, refusing what the real API refuses."""

from __future__ import annotations

from .answers import Json
from .errors import ApiError
from .prompt import Entry, Prompt, Tool
from .reading import content_of, required_string, whole_number

_CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
_OUTPUTS = ("function_call_output", "custom_tool_call_output")


def read(body: Json) -> Prompt:
    """The prompt in a Responses request.

    Raises:
        ApiError: a field is missing or wrong, or a tool call has no output (or the other way round).
    """
    required_string(body, "model")
    if "previous_response_id" in body and body["previous_response_id"] is not None:
        raise ApiError(
            "The demo model keeps no responses: send the conversation in `input`.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    given = body.get("input")
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if not isinstance(given, list):
        raise ApiError("Missing or invalid 'input': expected a string or an array.", param="input")
    system = [str(body.get("instructions") or "")]
    entries: list[Entry] = []
    for index, part in enumerate(given):
        if not isinstance(part, dict):
            raise ApiError(f"Invalid 'input[{index}]': expected an object.", param=f"input[{index}]")
        _read_item(part, f"input[{index}]", system, entries)
    _check_pairs(entries)
    text_format = (body.get("text") or {}).get("format") or {}
    return Prompt(
        body=body,
        instructions="\n\n".join(text for text in system if text),
        entries=tuple(entries),
        tools=tuple(_tool(tool) for tool in body.get("tools") or [] if tool.get("type") == "function"),
        schema=text_format.get("schema") if text_format.get("type") == "json_schema" else None,
        limit=whole_number(body, "max_output_tokens"),
    )


def _read_item(part: Json, where: str, system: list[str], entries: list[Entry]) -> None:
    kind = part.get("type", "message")
    if kind == "message":
        text, attachments = content_of(part.get("content"), f"{where}.content")
        role = part.get("role")
        if role in ("system", "developer"):
            system.append(text)
        elif role == "user":
            entries.append(Entry("user", text, attachments=attachments))
        elif role == "assistant":
            entries.append(Entry("assistant", text))
        else:
            supported = "'assistant', 'system', 'developer', and 'user'"
            message = f"Invalid value: {role!r}. Supported values are: {supported}."
            raise ApiError(message, param=f"{where}.role", code="invalid_value")
    elif kind in _CALLS:
        name, call_id = str(part.get("name", "")), str(part.get("call_id", ""))
        entries.append(Entry("tool_call", str(part.get(_CALLS[kind], "")), name, call_id))
    elif kind in _OUTPUTS:
        text, _ = content_of(part.get("output"), f"{where}.output")
        call_id = str(part.get("call_id", ""))
        names = [e.name for e in entries if e.kind == "tool_call" and e.call_id == call_id]
        entries.append(Entry("tool_output", text, names[-1] if names else "", call_id))
    # Reasoning and hosted tools' items carry nothing that the demo model needs to read again.


def _check_pairs(entries: list[Entry]) -> None:
    called = {entry.call_id for entry in entries if entry.kind == "tool_call"}
    answered = {entry.call_id for entry in entries if entry.kind == "tool_output"}
    for call_id in called - answered:
        raise ApiError(f"No tool output found for function call {call_id}.", param="input")
    for call_id in answered - called:
        raise ApiError(f"No tool call found for function call output with call_id {call_id}.", param="input")


def _tool(tool: Json) -> Tool:
    return Tool(str(tool.get("name", "")), str(tool.get("description") or ""), tool.get("parameters") or {})
