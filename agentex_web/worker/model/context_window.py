"""Refuses input that would fill more of the model's context window than the settings allow."""

import json
from typing import Any

from django.conf import settings

from agentex_web.worker.model.failures import too_long

CHARACTERS = 4
"""Characters per token of English text (https://platform.openai.com/tokenizer); fewer in other languages."""


def refuse_if_long(instructions: str | None, items: Any) -> None:
    """Refuses input that is too long. Call it only where a summary can replace older turns.

    Raises:
        ApplicationError: of type ``ContextExceeded``; the input exceeds its share of the window.
    """
    limit = int(settings.AGENTEX_CONTEXT_WINDOW * settings.AGENTEX_COMPACT_AT)
    if not limit or settings.AGENTEX_COMPACT != "auto":
        return
    tokens = (len(instructions or "") + len(json.dumps(items, default=str, ensure_ascii=False))) // CHARACTERS
    if tokens > limit:
        raise too_long(f"about {tokens:,} tokens; the limit is {limit:,}")
