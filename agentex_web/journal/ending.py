"""How a turn ended, and what is stored of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentex_web.memory import Items


@dataclass(frozen=True)
class Ending:
    """How a turn ended, as its workflow knows it.

    Attributes:
        status: ``done``, ``interrupted`` or ``failed``; ``error`` is the reason.
        items: the SDK input items that the turn added.
        whole_calls: the paths of the model calls whose answers are in ``items``.
        children: the paths of its child workflows; their usage is read from the record.
        may_have_called: tool calls may still be open although the turn ended well.
        outputs: the tool outputs that the model was given, by call id.
        unrecorded: the author's hooks do not record the tools' results.
        refused: why the input was refused: ``content`` or ``length`` by the model, or ``guardrail``.
        lost: nothing works on the turn any more.
        last_agent: the name of the agent that spoke last.
        context: the run context, as JSON values.
        continued: the turn's ``continued`` count, as its workflow knows it.
        cut: the answer reached the length limit and can be continued.
        cut_by: what is needed of its agent besides the name, if it is not in the agent's file.
    """

    status: str
    error: str = ""
    items: Items = field(default_factory=list)
    usage: dict[str, int] = field(default_factory=dict)
    whole_calls: Sequence[str] = ()
    children: Sequence[str] = ()
    may_have_called: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)
    unrecorded: bool = False
    refused: str = ""
    lost: bool = False
    last_agent: str = ""
    context: Any = None
    continued: int = 0
    cut: bool = False
    cut_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """What is stored of a turn that has ended.

    Attributes:
        items: its items, as stored.
        is_watched: something may wait for its end.
    """

    items: Items
    is_watched: bool = True
