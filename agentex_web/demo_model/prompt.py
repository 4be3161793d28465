"""A model call's input: the conversation, the tools on offer, the form of the answer."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .answers import Json

# The Agents SDK names and describes a handoff's tool like this (agents/handoffs, Handoff.default_tool_*).
_HANDOFF = "transfer_to_"
_DESCRIPTION = re.compile(r"Handoff to the (.{1,80}?) agent to handle the request\.\s*")

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
        return self.name.startswith(_HANDOFF)


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `parameters` is its JSON schema."""

    name: str
    description: str
    parameters: Json

    @property
    def agent(self) -> str:
        """The agent that a handoff goes to, as `Billing Specialist`; empty for a tool that is no handoff."""
        if not self.name.startswith(_HANDOFF):
            return ""
        found = _DESCRIPTION.match(self.description)
        return found.group(1) if found else self.name.removeprefix(_HANDOFF).replace("_", " ").title()

    @property
    def purpose(self) -> str:
        """The description without the SDK's own words."""
        return _DESCRIPTION.sub("", self.description, count=1)


@dataclass(frozen=True)
class Prompt:
    """One model call's input.

    `body` is the request in the form of the Responses API, `entries` are oldest first, `tools` are functions
    (no hosted tools), `schema` is the JSON schema of the answer, if the caller wants JSON.
    """

    body: Json
    instructions: str
    entries: tuple[Entry, ...]
    tools: tuple[Tool, ...]
    schema: Json

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
