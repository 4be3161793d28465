"""Reads fields of a request's JSON, and says which one is wrong."""

from typing import Any

from agentex_web.api.openai.errors import ApiError, Json
from agentex_web.utf16 import repaired


def invalid(param: str, expected: str) -> ApiError:
    return ApiError(f"Invalid value for “{param}”: {expected}.", param=param, code="invalid_value")


def text_of(body: Json, name: str, param: str = "") -> str:
    """The field's text; empty if it is missing or null.

    Raises:
        ApiError: it is something else.
    """
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(param or name, "it must be a string")
    return repaired(value.replace("\x00", ""))


def flag_of(body: Json, name: str, default: bool = False) -> bool:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise invalid(name, "it must be true or false")
    return value


def object_of(body: Json, name: str, param: str = "") -> Json:
    """The field's object; empty if it is missing or null."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(param or name, "it must be an object")
    return value


def objects_of(value: Any, param: str) -> list[Json]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise invalid(param, "it must be an array of objects")
    return value


def number_of(body: Json, name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(name, "it must be a number")
    return float(value)


def metadata_of(body: Json) -> dict[str, str]:
    """The request's metadata, within OpenAI's limits."""
    found = object_of(body, "metadata")
    if len(found) > 16 or not all(
        isinstance(value, str) and len(value) <= 512 and len(name) <= 64 for name, value in found.items()
    ):
        raise invalid("metadata", "up to 16 pairs of a name (64 characters) and a text (512 characters)")
    return {repaired(name): repaired(value) for name, value in found.items()}
