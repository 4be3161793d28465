"""Tools that the model's provider runs: what the page shows while they work and afterwards.

The items are those of the OpenAI Responses API (openai 3.54, types/responses/response_output_item.py).
"""

from typing import Any

OUTPUT_LENGTH = 100_000
"""Limit on the characters of a tool's output that are stored and shown; the model gets the whole output."""
IMAGE_LENGTH = 14_000_000
"""Limit on an image that is stored and shown, in characters of base64 (10 MB)."""

_LABELS = {
    "web_search_call": "Web search",
    "file_search_call": "File search",
    "code_interpreter_call": "Code interpreter",
    "image_generation_call": "Image generation",
}
_STAGES = ("searching", "interpreting", "generating")
_IMAGE_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


def opening(item: Any) -> dict[str, Any]:
    """The data of a hosted tool's message when the tool starts."""
    return {"hosted": item.type, "label": _label(item)}


def stage_of(event: Any) -> str:
    """The stage of a hosted tool that an event reports, such as ``searching``; empty for other events."""
    stage = str(event.type).rpartition(".")[2]
    return stage if stage in _STAGES else ""


def details(item: Any) -> dict[str, Any]:
    """The data of a hosted tool's message when the tool has ended."""
    found: dict[str, Any] = {"status": getattr(item, "status", None) or "completed"}
    match item.type:
        case "web_search_call":
            found["sources"] = _addresses(getattr(item.action, "sources", None) or [])
        case "file_search_call":
            found["files"] = [result.filename for result in item.results or [] if result.filename]
        case "code_interpreter_call":
            outputs = item.outputs or []
            found["output"] = "\n".join(each.logs for each in outputs if each.type == "logs")[:OUTPUT_LENGTH]
            found["images"] = _showable(each.url for each in outputs if each.type == "image")
        case "image_generation_call":
            found["images"] = _showable([_data_url(item)] if item.result else [])
            if item.result and not found["images"]:
                found["note"] = "The image is too large to be shown here."
        case "mcp_list_tools":
            found["tools"] = [tool.name for tool in item.tools]
            found["error"] = _error_text(getattr(item, "error", None))
        case "mcp_call":
            found["output"] = (item.output or "")[:OUTPUT_LENGTH]
            found["error"] = _error_text(item.error)
        case "mcp_approval_request":
            found["note"] = "The model asks whether it may call this tool."
    if found.get("error"):
        found["status"] = "failed"
    return {name: value for name, value in found.items() if value}


def _label(item: Any) -> str:
    server = getattr(item, "server_label", "")
    match item.type:
        case "mcp_list_tools":
            return f"Tools of {server}"
        case "mcp_call" | "mcp_approval_request":
            return f"{server}: {item.name}"
        case kind:
            return _LABELS.get(kind) or str(kind).removesuffix("_call").replace("_", " ").capitalize()


def _addresses(sources: list[Any]) -> list[str]:
    urls = [str(getattr(source, "url", "")) for source in sources]
    return [url for url in dict.fromkeys(urls) if is_address(url)]


def is_address(url: object) -> bool:
    """True if a page may link to the URL: a model could be made to cite ``javascript:``."""
    return isinstance(url, str) and url.startswith(("https://", "http://"))


def _data_url(item: Any) -> str:
    kind = _IMAGE_TYPES.get(str(getattr(item, "output_format", "") or "png"), "image/png")
    return f"data:{kind};base64,{item.result}"


def _showable(urls: Any) -> list[str]:
    """The images that are complete and not too large; tasks/pictures.py stores them."""
    return [url for url in urls if url.startswith("data:image/") and len(url) <= IMAGE_LENGTH]


def _error_text(error: Any) -> str:
    """An MCP error is a text, or an object that holds a message or texts (mcp_tool_call_error.py)."""
    if not error:
        return ""
    fields = error if isinstance(error, dict) else getattr(error, "__dict__", {})
    content = fields.get("content")
    if isinstance(content, list):
        texts = [
            each.get("text", "") if isinstance(each, dict) else getattr(each, "text", "") for each in content
        ]
        return "\n".join(filter(None, texts)) or "The tool failed."
    return str(fields.get("message") or error)[:OUTPUT_LENGTH]
