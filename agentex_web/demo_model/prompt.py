"""A model call's input: the conversation, the tools on offer, the form of the answer."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from . import tokens
from .answers import Json

# The Agents SDK names and describes a handoff's tool like this (agents/handoffs, Handoff.default_tool_*).
_HANDOFF_PREFIX = "transfer_to_"
_HANDOFF = re.compile(r"Handoff to the (.{1,80}?) agent to handle the request\.\s*")

# The demo model reads no more of a message than this, so that no message can cost much time.
_MOST_READ = 4000


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the conversation: words, a tool call's arguments or a tool's output.

    `name` is the tool's, `call_id` pairs a call with its output, `attachments` are names of files.
    """

    kind: Literal["user", "assistant", "tool_call", "tool_output"]
    text: str
    name: str = ""
    call_id: str = ""
    attachments: tuple[str, ...] = ()

    @property
    def is_handoff(self) -> bool:
        return self.name.startswith(_HANDOFF_PREFIX)


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `parameters` is its JSON schema."""

    name: str
    description: str
    parameters: Json

    @property
    def agent(self) -> str:
        """The agent that a handoff goes to, as `Billing Specialist`; empty for a tool that is no handoff."""
        if not self.name.startswith(_HANDOFF_PREFIX):
            return ""
        found = _HANDOFF.match(self.description)
        return found.group(1) if found else self.name.removeprefix(_HANDOFF_PREFIX).replace("_", " ").title()

    @property
    def purpose(self) -> str:
        """The description without the SDK's own words."""
        return _HANDOFF.sub("", self.description, count=1)


@dataclass(frozen=True)
class Prompt:
    """One model call's input.

    Attributes:
        body: the request in the form of the Responses API.
        instructions: system and developer texts, joined.
        entries: the conversation, oldest first.
        tools: functions on offer; hosted tools are not among them.
        schema: JSON schema of the answer, if the caller wants JSON.
    """

    body: Json
    instructions: str
    entries: tuple[Entry, ...]
    tools: tuple[Tool, ...]
    schema: Json | None

    @property
    def is_streamed(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def limit(self) -> int | None:
        """The caller's maximum of output tokens."""
        limit: int | None = self.body.get("max_output_tokens")
        return limit

    @property
    def tool_choice(self) -> str:
        """`auto`, `none`, `required`, or the name of the one tool to call."""
        choice = self.body.get("tool_choice", "auto")
        return str(choice.get("name", "auto") if isinstance(choice, dict) else choice)

    @cached_property
    def user_texts(self) -> list[str]:
        """Every user message's text, oldest first."""
        return [entry.text for entry in self.entries if entry.kind == "user"]

    @property
    def last_user_text(self) -> str:
        return self.user_texts[-1] if self.user_texts else ""

    @property
    def message(self) -> str:
        """As much of the latest user message as the demo model reads."""
        return self.last_user_text[:_MOST_READ].strip()

    @cached_property
    def since_user(self) -> tuple[Entry, ...]:
        """The entries after the latest user message."""
        last = max((index for index, entry in enumerate(self.entries) if entry.kind == "user"), default=-1)
        return self.entries[last + 1 :]

    @cached_property
    def input_tokens(self) -> int:
        """Plausible tokens of the whole input."""
        tools = sum(tokens.estimate(tool.description) + 40 for tool in self.tools)
        return tokens.estimate(self.instructions) + tools + _size(self.entries)

    @property
    def cached_tokens(self) -> int:
        """Input tokens before the latest user message, in the API's steps of 128 from 1,024 on."""
        prefix = self.input_tokens - _size(self.since_user) - tokens.estimate(self.last_user_text)
        return prefix - prefix % 128 if prefix >= 1024 else 0


def _size(entries: tuple[Entry, ...]) -> int:
    return sum(tokens.estimate(entry.text) + 4 for entry in entries)
