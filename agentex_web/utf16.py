"""Texts as UTF-16: their lengths as JavaScript counts them, and the repair of split surrogate pairs.

JSON may hold half of a surrogate pair, which UTF-8 cannot encode: a server that cuts its deltas by UTF-16
units sends ``"\\ud83d"`` and then ``"\\ude00"``, and a tool may return what ``json.loads`` read. Halves that
belong together are joined; a half without its other half becomes U+FFFD.
"""

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_FIRST_HALF, _LAST_FIRST_HALF = "\ud800", "\udbff"


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units. Half of a surrogate pair counts as one, as in JavaScript."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def repaired(text: str) -> str:
    """Returns the text with whole surrogate pairs."""
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def repaired_delta(half: str, text: str) -> tuple[str, str]:
    """Repairs a part of a text whose next part may begin with the other half.

    Args:
        half: what was left over from the part before.

    Returns:
        The text to use now, and the half to pass on with the next part.
    """
    text = half + text
    rest = text[-1:] if _FIRST_HALF <= text[-1:] <= _LAST_FIRST_HALF else ""
    return repaired(text.removesuffix(rest)), rest


def repaired_value(value: Any, *, in_models: bool = False) -> Any:
    """Returns a JSON value with all its texts and keys repaired, at any depth.

    Args:
        in_models: also repairs pydantic models, such as a response of the OpenAI client, in place. Not for
            those of authors, which may be frozen.
    """
    if isinstance(value, str):
        return repaired(value)
    if isinstance(value, list):
        return [repaired_value(each, in_models=in_models) for each in value]
    if isinstance(value, dict):
        return {repaired_value(key): repaired_value(each, in_models=in_models) for key, each in value.items()}
    # Not by its class: the web process uses this module and loads no pydantic.
    if in_models and hasattr(value, "model_fields_set"):
        for name, each in list(value):
            if (fresh := repaired_value(each, in_models=True)) != each:
                setattr(value, name, fresh)
    return value
