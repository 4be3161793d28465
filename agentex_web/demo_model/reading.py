"""Reading the body of a Responses request into a `Prompt`; what the real API refuses is refused."""

from .answers import Json
from .errors import ApiError
from .prompt import Entry, Prompt, Tool

_CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
_OUTPUTS = ("function_call_output", "custom_tool_call_output")


def read_responses(body: Json) -> Prompt:
    """The prompt in a Responses request.

    Raises:
        ApiError: a field is missing or wrong, or a tool call has no output (or the other way round).
    """
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise ApiError("Missing required parameter: 'model'.", 400, "model", "missing_required_parameter")
    limit = body.get("max_output_tokens")
    if limit is not None and (type(limit) is not int or limit < 1):
        message = "Invalid value for 'max_output_tokens': expected a whole number from 1 on."
        raise ApiError(message, 400, "max_output_tokens", "invalid_value")
    given = body.get("input")
    system = [str(body.get("instructions") or "")]
    entries: list[Entry] = []
    for item in objects([{"role": "user", "content": given}] if isinstance(given, str) else given, "input"):
        _read_item(item, system, entries)
    _check_pairs(entries)
    tools = [tool for tool in as_list(body.get("tools")) if tool.get("type") == "function"]
    schema = as_object(as_object(as_object(body.get("text")).get("format")).get("schema"))
    return Prompt(body, "\n\n".join(filter(None, system)), tuple(entries), tuple(map(_tool, tools)), schema)


def _tool(tool: Json) -> Tool:
    description = str(tool.get("description") or "")
    return Tool(str(tool.get("name")), description, as_object(tool.get("parameters")))


def _read_item(item: Json, system: list[str], entries: list[Entry]) -> None:
    kind, role, call_id = item.get("type", "message"), item.get("role"), str(item.get("call_id"))
    if kind in _CALLS:
        entries.append(Entry("tool_call", str(item.get(_CALLS[kind], "")), str(item.get("name")), call_id))
    elif kind in _OUTPUTS:
        names = {entry.call_id: entry.name for entry in entries if entry.kind == "tool_call"}
        entries.append(Entry("tool_output", _content(item.get("output"))[0], names.get(call_id, ""), call_id))
    elif kind == "message":
        words, attachments = _content(item.get("content"))
        if role in ("system", "developer"):
            system.append(words)
        elif role in ("user", "assistant"):
            entries.append(Entry(role, words, attachments=attachments))
        else:
            supported = "'assistant', 'system', 'developer', and 'user'"
            message = f"Invalid value: {role!r}. Supported values are: {supported}."
            raise ApiError(message, 400, "input", "invalid_value")
    # Reasoning and hosted tools' items carry nothing that the demo model needs to read again.


def _check_pairs(entries: list[Entry]) -> None:
    called = {entry.call_id for entry in entries if entry.kind == "tool_call"}
    answered = {entry.call_id for entry in entries if entry.kind == "tool_output"}
    for call_id in called - answered:
        raise ApiError(f"No tool output found for function call {call_id}.", 400, "input")
    for call_id in answered - called:
        raise ApiError(f"No tool call found for function call output with call_id {call_id}.", 400, "input")


def _content(content: object) -> tuple[str, tuple[str, ...]]:
    """Text and attachment names of a message's content: a string, or a list of parts."""
    if content is None or isinstance(content, str):
        return content or "", ()
    words: list[str] = []
    attachments: list[str] = []
    for part in objects(content, "content"):
        if "text" in part or "refusal" in part:
            words.append(str(part.get("text") or part.get("refusal") or ""))
        else:
            attachments.append(str((as_object(part.get("file")) or part).get("filename") or "an image"))
    return "\n".join(words), tuple(attachments)


def objects(given: object, name: str) -> list[Json]:
    """`given` if it is a list of objects; ApiError if it is not."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ApiError(f"Missing or invalid '{name}': expected an array of objects.", 400, name)
    return given


def as_object(value: object) -> Json:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Json]:
    """The objects in `value` if it is a list, else none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
