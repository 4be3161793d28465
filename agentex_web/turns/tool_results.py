"""What a tool returned, as a person reads it."""

from typing import Any


def text_of(result: object) -> str:
    """The texts of content parts (MCP servers return those), else the result as the model is given it."""
    parts = result if isinstance(result, list) and result else [result]
    texts = [_text(part) for part in parts]
    return "\n\n".join(text for text in texts if text is not None) if None not in texts else str(result)


_FAILED = ("An error occurred while running the tool.", "An error occurred while parsing tool arguments.")
"""How openai-agents 0.22 begins what it tells the model of a tool that raised."""


def is_failure(text: str) -> bool:
    return text.startswith(_FAILED)


def _text(part: Any) -> str | None:
    kind = part.get("type") if isinstance(part, dict) else getattr(part, "type", None)
    match kind:
        case "text":
            return str(part["text"] if isinstance(part, dict) else part.text)
        case "image" | "file":
            # openai-agents 0.22: ToolOutputImage, ToolOutputFileContent.
            return f"({kind})"
        case _:
            return None
