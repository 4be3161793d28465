"""Short names for the parts of scripts: output items and faults; `scripts` describes the format."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def step(*output: Json, **fields: Any) -> Json:
    """One model call's answer in `script_steps`, with the same `fields` as `script`."""
    return {"output": output, **fields}


def text(words: str, *, chunks: list[str] | None = None, citations: list[Json] | None = None) -> Json:
    """An assistant message; `chunks` fixes the deltas."""
    return _without_nothing({"type": "text", "text": words, "chunks": chunks, "citations": citations})


def refusal(words: str) -> Json:
    """An assistant message that refuses."""
    return {"type": "refusal", "refusal": words}


def reasoning(*summary: str, raw: str | None = None) -> Json:
    """A reasoning item with these summary parts."""
    return _without_nothing({"type": "reasoning", "summary": list(summary), "raw": raw})


def function_call(name: str, arguments: Json | str, call_id: str | None = None) -> Json:
    """A call of a function tool, or of a handoff (`transfer_to_<agent>`)."""
    call = {"type": "function_call", "name": name, "arguments": arguments, "call_id": call_id}
    return _without_nothing(call)


def custom_tool_call(name: str, words: str, call_id: str | None = None) -> Json:
    """A call of a custom tool with free text."""
    call = {"type": "custom_tool_call", "name": name, "input": words, "call_id": call_id}
    return _without_nothing(call)


def hosted(kind: str, **fields: Any) -> Json:
    """A tool run by OpenAI, for example `hosted("web_search_call", query="tides")`."""
    return {"type": kind, **fields}


def http_error(status: int, retry_after: float | None = None, message: str = "Scripted error.") -> Json:
    """A fault: an HTTP error instead of an answer."""
    return {"kind": "status", "status": status, "retry_after": retry_after, "message": message}


def drop(after: int = 0) -> Json:
    """A fault: the connection is closed after so many tokens; 0 is before any byte."""
    return {"kind": "drop", "after": after}


def end(after: int = 0) -> Json:
    """A fault: the stream ends after so many tokens, without its last event."""
    return {"kind": "end", "after": after}


def failed(after: int, message: str = "Scripted failure.", code: str = "server_error") -> Json:
    """A fault: `response.failed` after so many tokens."""
    return {"kind": "failed", "after": after, "message": message, "code": code}


def error_event(after: int, message: str = "Scripted error.") -> Json:
    """A fault: the `error` event after so many tokens."""
    return {"kind": "error", "after": after, "message": message}


def incomplete(after: int, reason: str = "max_output_tokens") -> Json:
    """A fault: `response.incomplete` after so many tokens."""
    return {"kind": "incomplete", "after": after, "reason": reason}


def _without_nothing(item: Json) -> Json:
    return {name: value for name, value in item.items() if value is not None}
