"""agentex-sdk's messages for a model."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class SystemMessage(BaseModel):
    """What the model should do."""

    role: Literal["system"] = "system"
    content: str


class UserMessage(BaseModel):
    """What a person said."""

    role: Literal["user"] = "user"
    content: str | list[Any]


class AssistantMessage(BaseModel):
    """What the model said."""

    role: Literal["assistant"] = "assistant"
    content: str | None = None


class LLMConfig(BaseModel):
    """A question to a model. Other settings than these have no effect."""

    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[SystemMessage | UserMessage | AssistantMessage]
