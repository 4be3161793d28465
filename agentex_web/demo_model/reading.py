"""Reading request fields that both APIs share."""

from __future__ import annotations

from .answers import Json
from .errors import ApiError


def required_string(body: Json, name: str) -> str:
    """The string `body[name]`.

    Raises:
        ApiError: it is missing, empty or no string.
    """
    value = body.get(name)
    if value is None or value == "":
        message = f"Missing required parameter: '{name}'."
        raise ApiError(message, param=name, code="missing_required_parameter")
    if not isinstance(value, str):
        raise ApiError(f"Invalid type for '{name}': expected a string.", param=name, code="invalid_type")
    return value


def whole_number(body: Json, name: str) -> int | None:
    """The whole number `body[name]`, or None when it is absent.

    Raises:
        ApiError: it is no positive whole number.
    """
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        message = f"Invalid value for '{name}': expected a whole number from 1 on."
        raise ApiError(message, param=name, code="invalid_value")
    return value


def content_of(content: object, where: str) -> tuple[str, tuple[str, ...]]:
    """Text and attachment names of a message's content: a string, or a list of parts.

    Raises:
        ApiError: it is neither.
    """
    if content is None:
        return "", ()
    if isinstance(content, str):
        return content, ()
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise ApiError(f"Invalid '{where}': expected a string or a list of parts.", param=where)
    texts: list[str] = []
    attachments: list[str] = []
    for part in content:
        kind = str(part.get("type", ""))
        if kind.endswith("text") or kind == "refusal":
            texts.append(str(part.get("text") or part.get("refusal") or ""))
        else:
            named = part.get("file") if isinstance(part.get("file"), dict) else part
            attachments.append(str(named.get("filename") or "an image"))
    return "\n".join(texts), tuple(attachments)
