"""A request to the model, the same for both APIs: who said what, which tools there are, what is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from . import tokens
from .answers import Json

Kind = Literal["user", "assistant", "tool_call", "tool_output"]

# Agents SDK names a handoff `transfer_to_<agent>` (agents/handoffs, Handoff.default_tool_name).
HANDOFF_PREFIX = "transfer_to_"


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the conversation.

    Attributes:
        kind: who it comes from.
        text: words, a tool call's arguments or a tool's output.
        name: the tool's name on `tool_call` and `tool_output`.
        call_id: pairs a call with its output.
        attachments: names of the images and files of a user message.
    """

    kind: Kind
    text: str
    name: str = ""
    call_id: str = ""
    attachments: tuple[str, ...] = ()

    @property
    def is_handoff(self) -> bool:
        """Whether this is a transfer to another agent, or its confirmation."""
        return self.name.startswith(HANDOFF_PREFIX)


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call."""

    name: str
    description: str
    parameters: Json = field(default_factory=dict)

    @property
    def is_handoff(self) -> bool:
        """Whether calling it hands the conversation to another agent."""
        return self.name.startswith(HANDOFF_PREFIX)

    @property
    def agent(self) -> str:
        """The agent that a handoff goes to, as `billing` in "the billing agent"."""
        return self.name.removeprefix(HANDOFF_PREFIX).replace("_", " ").lower().removesuffix(" agent")


@dataclass(frozen=True)
class Prompt:
    """One model call's input.

    Attributes:
        body: the request as it came.
        instructions: system and developer texts, joined.
        entries: the conversation, oldest first.
        tools: functions on offer; hosted tools are not among them.
        schema: JSON schema of the answer, if the caller wants JSON.
        limit: the caller's maximum of output tokens.
    """

    body: Json
    instructions: str
    entries: tuple[Entry, ...]
    tools: tuple[Tool, ...] = ()
    schema: Json | None = None
    limit: int | None = None

    @property
    def model(self) -> str:
        """The model's name, as the caller wrote it."""
        return str(self.body["model"])

    @property
    def tool_choice(self) -> str:
        """`auto`, `none`, `required`, or the name of the one tool to call."""
        choice = self.body.get("tool_choice", "auto")
        if isinstance(choice, dict):
            return str(choice.get("name") or choice.get("function", {}).get("name") or "auto")
        return str(choice)

    @cached_property
    def user_texts(self) -> list[str]:
        """Every user message's text, oldest first."""
        return [entry.text for entry in self.entries if entry.kind == "user"]

    @property
    def last_user_text(self) -> str:
        """The latest user message's text; empty when there is none."""
        return self.user_texts[-1] if self.user_texts else ""

    @cached_property
    def since_user(self) -> tuple[Entry, ...]:
        """What happened after the latest user message."""
        for index in range(len(self.entries) - 1, -1, -1):
            if self.entries[index].kind == "user":
                return self.entries[index + 1 :]
        return self.entries

    @cached_property
    def input_tokens(self) -> int:
        """Plausible tokens of the whole input."""
        words = sum(tokens.estimate(entry.text) + 4 for entry in self.entries)
        tools = sum(tokens.estimate(f"{tool.description}{tool.parameters}") for tool in self.tools)
        return tokens.estimate(self.instructions) + words + tools

    @cached_property
    def cached_tokens(self) -> int:
        """Input tokens before the latest user message that a prompt cache would hold.

        The API caches prefixes from 1,024 tokens on, in steps of 128 (guides/prompt-caching).
        """
        since = sum(tokens.estimate(entry.text) + 4 for entry in self.since_user)
        news = since + tokens.estimate(self.last_user_text)
        prefix = self.input_tokens - news
        return prefix - prefix % 128 if prefix >= 1024 else 0
