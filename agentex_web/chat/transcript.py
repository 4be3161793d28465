"""A chat as read-only text, without controls: for printing, and for people it is shared with."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

from agentex_web.chat.conversation import turn_views
from agentex_web.chat.message_views import MessageView, TurnView
from agentex_web.chat.missing_html import render_for
from agentex_web.tasks.models import Message, Task
from agentex_web.turns.memory_notes import is_note

STEPS: Collection[str] = (
    Message.Kind.REASONING,
    Message.Kind.TOOL_REQUEST,
    Message.Kind.TOOL_RESPONSE,
    Message.Kind.APPROVAL,
)
"""The kinds of messages that are steps of an agent: reasoning, tool calls and approvals."""


@dataclass(frozen=True)
class Entry:
    """A message with its tool's result. ``depth`` is the number of agents used as tools around it."""

    view: MessageView
    depth: int = 0


def entries(turns: list[TurnView], *, with_tools: bool) -> list[Entry]:
    """The messages of the turns in order.

    Args:
        with_tools: include the steps, and the messages of agents that are used as tools.
    """
    found: list[Entry] = []
    for turn in turns:
        _add(found, turn.messages, 0, with_tools=with_tools)
    return found


def _add(found: list[Entry], views: list[MessageView], depth: int, *, with_tools: bool) -> None:
    for view in views:
        if _is_step(view.message) and not with_tools:
            continue
        found.append(Entry(view, depth))
        _add(found, view.inner, depth + 1, with_tools=with_tools)


def _is_step(message: Message) -> bool:
    """True for steps, and for notes of what a tool has remembered about the person."""
    by_system = message.author == Message.Author.SYSTEM
    return message.kind in STEPS or (by_system and is_note(message.content))


def shown_turns(task: Task) -> list[TurnView]:
    """The turns of the shown branch, without streaming text."""
    return turn_views(task, {})


async def render_turns(reader: Hashable, turns: list[TurnView]) -> None:
    """Renders messages that have no HTML yet (``missing_html.render_for``)."""
    await render_for(reader, [view for turn in turns for view in turn.messages])
