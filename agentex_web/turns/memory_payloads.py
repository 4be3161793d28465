"""Payloads for what agents remember over chats. Standard library only."""

from dataclasses import dataclass

TOOLS = frozenset({"remember", "forget"})
"""The names of the tools in ``adk.memory_tools``."""


@dataclass
class Remember:
    """A text to remember about the task's owner."""

    task_id: str
    text: str


@dataclass
class Remembered:
    """What is remembered now.

    Attributes:
        number: names it to the model; 0 if nothing was remembered.
        reason: why nothing was.
    """

    number: int
    text: str = ""
    reason: str = ""


@dataclass
class Forget:
    """Something that is remembered about the task's owner, to be deleted. Returns whether it was there."""

    task_id: str
    number: int
