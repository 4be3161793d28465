"""What an agent sends to the scripted model."""

import json
from dataclasses import dataclass, field
from typing import Any

from agents import ModelSettings


@dataclass(frozen=True)
class Request:
    """The request of one attempt of a model call.

    Attributes:
        agent: the calling agent.
        input: the conversation as SDK input items, ``{"role": "user", "content": …}`` and the like.
        tools: the names of the available tools.
        handoffs: the names of the handoff tools, by the names of their agents.
        schema: the JSON schema of the answer; None for plain text.
        attempt: from 1.
        namespaces: the namespaces of the tools that have one, by the tools' names.
    """

    agent: str
    model: str | None
    instructions: str | None
    input: list[Any]
    tools: list[str]
    handoffs: dict[str, str]
    settings: ModelSettings
    schema: dict[str, Any] | None
    attempt: int
    namespaces: dict[str, str] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """The text of the person's last message in ``input``."""
        for item in reversed(self.input):
            if isinstance(item, dict) and item.get("role") == "user":
                content = item["content"]
                return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        return ""
