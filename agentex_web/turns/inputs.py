"""What a person's message is to the SDK: its words, and references to its files.

Only references go through Temporal; ``agentex_web/worker/model/files.py`` puts the files in their
place just before the model is called.
"""

from typing import Any

from agentex_web.turns.payloads import Event

ATTACHMENT = "attachment:"


def input_of(event: Event) -> list[Any]:
    """The input for ``Runner.run``: one SDK item with the text and the files."""
    if not event.attachments:
        return [{"role": "user", "content": event.content.content}]
    parts: list[dict[str, str]] = []
    if event.content.content:
        parts.append({"type": "input_text", "text": event.content.content})
    for each in event.attachments:
        reference = f"{ATTACHMENT}{each.id}"
        if each.content_type.startswith("image/"):
            parts.append({"type": "input_image", "image_url": reference, "detail": "auto"})
        else:
            parts.append({"type": "input_text", "text": reference})
    return [{"role": "user", "content": parts}]
