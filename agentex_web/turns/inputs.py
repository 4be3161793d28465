"""Converts a person's message to SDK input: its text, and references to its files.

Only references go through Temporal. ``agentex_web/worker/model/files.py`` replaces them with the files just
before the model is called.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from agentex_web.turns.event import Event

REFERENCE = "attachment:"
"""How the reference to a file begins; its id follows."""


def input_of(event: Event) -> list[Any]:
    """Returns the input for ``Runner.run``: one SDK item with the text and the files."""
    if not event.attachments:
        return [{"role": "user", "content": event.content.content}]
    return [_with_files(event.content.content, [(each.id, each.content_type) for each in event.attachments])]


def with_files(text: str, files: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Returns the input for ``Runner.run`` with a text and files from a form's answer.

    Args:
        files: the values of form fields of the type ``adk.File``.
    """
    return [_with_files(text, [(each["id"], each["content_type"]) for each in files])]


def _with_files(text: str, files: Iterable[tuple[str, str]]) -> dict[str, Any]:
    parts: list[dict[str, str]] = []
    if text:
        parts.append({"type": "input_text", "text": text})
    for file_id, content_type in files:
        reference = f"{REFERENCE}{file_id}"
        if content_type.startswith("image/"):
            parts.append({"type": "input_image", "image_url": reference, "detail": "auto"})
        else:
            parts.append({"type": "input_text", "text": reference})
    return {"role": "user", "content": parts}
