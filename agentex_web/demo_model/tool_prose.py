"""Putting tool outputs into sentences, failures included."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from .answers import Json
from .prompt import Entry

_FAILED = re.compile(
    r"\b(error|exception|traceback|failed|failure|timed out|timeout|not approved|rejected|denied|declined)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\b(not approved|rejected|denied|declined)\b", re.IGNORECASE)
_LONGEST = 1200


def retold(entries: Sequence[Entry]) -> str:
    """An answer that says what the tools answered; empty when there were no tool outputs."""
    calls = {entry.call_id: entry for entry in entries if entry.kind == "tool_call"}
    outputs = [entry for entry in entries if entry.kind == "tool_output" and not entry.is_handoff]
    told = [_told(calls.get(output.call_id), output.text) for output in outputs]
    if len(told) < 2:
        return "".join(told)
    return "Here is what I found:\n\n" + "\n\n".join(told)


def failed(output: str) -> bool:
    """Whether a tool's output reads like a failure."""
    value = _parsed(output)
    if isinstance(value, dict):
        return bool(value.get("error")) or value.get("ok") is False or value.get("success") is False
    return bool(_FAILED.search(output[:200]))


def _told(call: Entry | None, output: str) -> str:
    name = f"`{call.name}`" if call else "The tool"
    about = _subject(call)
    if _REFUSED.search(output[:200]):
        return f"I did not run {name}{about}, because the call was not approved: {_short(output)}"
    if failed(output):
        return f"{name}{about} **failed**, so I cannot answer from it. It said: {_short(output)}"
    value = _parsed(output)
    if isinstance(value, dict) and value:
        lines = "\n".join(f"- **{_label(key)}:** {_plain(part)}" for key, part in value.items())
        return f"{name} told me this{about}:\n\n{lines}"
    if isinstance(value, list) and value:
        lines = "\n".join(f"- {_plain(part)}" for part in value[:20])
        return f"{name} found {len(value)}{about}:\n\n{lines}"
    if not output.strip():
        return f"{name}{about} is done; it had nothing to report."
    return f"{_short(output)}\n\n*That is from {name}{about}.*"


def _subject(call: Entry | None) -> str:
    """` for Paris`: the call's first short text argument."""
    arguments = _parsed(call.text) if call else None
    if not isinstance(arguments, dict):
        return ""
    texts = [value for value in arguments.values() if isinstance(value, str) and 0 < len(value) <= 40]
    return f" for {texts[0]}" if texts else ""


def _parsed(text: str) -> Json | list[object] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict | list) else None


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_label(str(key)).lower()} {_plain(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return _short(str(value))


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"
