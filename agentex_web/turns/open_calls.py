"""The tool calls of a turn that are open, and which activity answers which of them.

The SDK calls a tool between the hooks ``on_tool_start`` and ``on_tool_end`` (turns/hooks.py). The hooks note
the call here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class OpenCall:
    """A tool call that the hooks have shown as running."""

    tool_call_id: str
    tool_name: str
    arguments: str
    answered: bool = False
    """True once an activity that answers the call has been started."""


@dataclass
class ToolCalls:
    """The tool calls of a turn that the hooks have reported."""

    open: list[OpenCall] = field(default_factory=list)

    def begin(self, tool_call_id: str, tool_name: str, arguments: str) -> None:
        """Notes that a tool is called. ``arguments`` is JSON as the model wrote it."""
        self.open.append(OpenCall(tool_call_id, tool_name, arguments))

    def answered_by(self, activity: str, arguments: Sequence[Any]) -> str:
        """The id of the call that an activity of this name and with these arguments answers; empty if none.

        ``activity_as_tool`` of temporalio 1.35 does not tell which call its activity answers. If a tool has
        several open calls, the one with the same arguments is taken, else the first.
        """
        fitting = [each for each in self.open if each.tool_name == activity and not each.answered]
        alike = [each for each in fitting if _values(each.arguments) == list(arguments)] or fitting
        if not alike:
            return ""
        alike[0].answered = True
        return alike[0].tool_call_id


def _values(arguments: str) -> list[Any]:
    try:
        return list(json.loads(arguments).values())
    except (ValueError, AttributeError):
        return []
