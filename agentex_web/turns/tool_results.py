"""What tools returned, as texts and files, and whether it says that they failed."""

from collections.abc import Iterable
from typing import Any

from agentex_web.turns.record_payloads import ToolFile

FAILED = "An error occurred while running the tool."
_FAILURES = (FAILED, "An error occurred while parsing tool arguments.")
"""The beginnings of openai-agents 0.22's texts for the model when a tool raised."""


def text_of(result: object) -> str:
    """The result as text: the texts of its content parts (which MCP servers return), else ``str(result)``, as
    the model gets it.

    Images and files that ``files_of`` returns add no text.
    """
    texts = [_text(part) for part in _parts(result)]
    return "\n\n".join(text for text in texts if text) if None not in texts else str(result)


def outputs_of(items: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The outputs of tool calls as texts, by call id, from SDK items."""
    outputs = (item for item in items if str(item.get("type", "")).endswith("_output"))
    return {str(item.get("call_id", "")): text_of(item.get("output")) for item in outputs}


def files_of(result: object) -> list[ToolFile]:
    """The images and files whose content a tool returned: ToolOutputImage and ToolOutputFileContent of
    openai-agents 0.22, and those of MCP servers. ``text_of`` names the images and files that are only
    referenced by URL or id.
    """
    return [each for part in _parts(result) if (each := _file(part)) is not None]


def _parts(result: object) -> list[Any]:
    return result if isinstance(result, list) and result else [result]


def _file(part: Any) -> ToolFile | None:
    match _field(part, "type"):
        case "image" if str(url := _field(part, "image_url")).startswith("data:"):
            return ToolFile(str(url))
        case "file" if data := _field(part, "file_data"):
            url = str(data) if str(data).startswith("data:") else f"data:;base64,{data}"
            return ToolFile(url, str(_field(part, "filename") or ""))
        case _:
            return None


def _field(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, dict) else getattr(part, name, None)


def is_failure(text: str) -> bool:
    """True if the text is one that the SDK gives the model when a tool raised."""
    return text.startswith(_FAILURES)


def _text(part: Any) -> str | None:
    match _field(part, "type"):
        case "text":
            return str(_field(part, "text"))
        case "image" | "file" if _file(part) is not None:
            return ""
        case "image" | "file" as kind:
            where = (_field(part, name) for name in ("image_url", "file_url", "filename", "file_id"))
            return next((str(each) for each in where if each), f"({kind})")
        case _:
            return None
