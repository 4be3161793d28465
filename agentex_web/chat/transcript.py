"""A chat as a text to read, without what one can do in it: for paper, and for people it is shared with."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from agentex_web.chat.conversation import MessageView, TurnView, render_missing, turn_views
from agentex_web.tasks.models import Message, Task, Turn

STEPS: Collection[str] = (
    Message.Kind.REASONING,
    Message.Kind.TOOL_REQUEST,
    Message.Kind.TOOL_RESPONSE,
    Message.Kind.APPROVAL,
)
"""What agents think, and the tools that they use or ask for."""


@dataclass(frozen=True)
class Entry:
    """A message with the result of its tool. ``depth`` counts the tools that are agents around it."""

    view: MessageView
    depth: int = 0


def entries(turns: list[TurnView], *, with_tools: bool) -> list[Entry]:
    """The messages of turns in order; with tools, also what agents that are tools said inside their cards."""
    found: list[Entry] = []
    for turn in turns:
        _add(found, turn.messages, 0, with_tools=with_tools)
    return found


def _add(found: list[Entry], views: list[MessageView], depth: int, *, with_tools: bool) -> None:
    for view in views:
        if view.message.kind in STEPS and not with_tools:
            continue
        found.append(Entry(view, depth))
        _add(found, view.inner, depth + 1, with_tools=with_tools)


def shown_turns(task: Task, head: uuid.UUID | None = None) -> list[TurnView]:
    """The turns of the shown branch, or of the one that ends with ``head``; nothing that streams."""
    views = turn_views(task, {}, head)
    return [view for view in views if view.turn.status not in Turn.OPEN] if head else views


def render_turns(turns: list[TurnView]) -> None:
    """Renders what has no HTML yet. It takes CPU time."""
    for turn in turns:
        render_missing(turn.messages)
