"""Steering: messages that go into a running turn. The model sees them at its next call.

The SDK's run loop accepts no new input while it runs. So ``with_taken`` inserts the messages into the input
of each model call, and into the turn's items, at the place where they came in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agentex_web.turns import record
from agentex_web.turns.record_payloads import TakeIn
from agentex_web.turns.turn_items import Item
from agentex_web.turns.turn_signals import SignalsByTurn

if TYPE_CHECKING:  # It has a Steering.
    from agentex_web.turns.progress import TurnProgress


@dataclass(frozen=True)
class Offered:
    """A waiting message that should go into the running turn: its id and its SDK input items."""

    id: str
    items: list[Item]


@dataclass(frozen=True)
class _Taken:
    run: int
    """Identifies the agent run that took the message: ``id()`` of the run's list ``run_items``."""
    offset: int
    """How many items the run had added before the message."""
    items: list[Item]


@dataclass
class Steering:
    """The messages that one turn was offered, and those that it has taken.

    Attributes:
        offered: messages that wait for the next model call.
        signals: the signals for all turns of the workflow. Here the messages that were taken are marked.
        by_path: the ids of the messages that this turn took, by the path of the step that took them.
        to_repeat: the messages that the previous run took, by path. This run takes them at the
            same paths.
    """

    offered: list[Offered] = field(default_factory=list)
    signals: SignalsByTurn = field(default_factory=SignalsByTurn)
    by_path: dict[str, str] = field(default_factory=dict)
    to_repeat: dict[str, Offered] = field(default_factory=dict)
    _places: list[_Taken] = field(default_factory=list)

    def offer(self, message: Offered) -> None:
        if not self.signals.of(message.id).taken and all(each.id != message.id for each in self.offered):
            self.offered.append(message)

    async def steered(
        self, progress: "TurnProgress", run_items: list[Item], base: int, given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Takes the offered messages, and returns the input of a model call with all taken messages inserted.

        Args:
            progress: of the turn that takes the messages.
            run_items: collects the model and tool outputs of the agent run.
            base: the number of input items of the agent run.
            given: the model's input from the SDK.
        """
        if not (self.offered or self._places or self.to_repeat):
            return given
        items = given["input"]
        items = [{"role": "user", "content": items}] if isinstance(items, str) else list(items)
        # While repeating the previous run's steps, take messages only where that run took them.
        while (path := progress.next_path) in self.to_repeat or (self.offered and not progress.repeats):
            message = self.to_repeat.pop(path, None) or self.offered.pop(0)
            # The person may have withdrawn the message meanwhile: the record decides.
            if await record.take_in(TakeIn(progress.task_id, progress.turn_id, message.id)):
                self.signals.of(message.id).taken = True
                self.by_path[path] = message.id
                self._places.append(_Taken(id(run_items), max(len(items) - base, 0), message.items))
                run_items.extend(message.items)
        return {**given, "input": [*items[:base], *self.with_taken(items[base:], run_items)]}

    def with_taken(self, added: Sequence[Item], run_items: list[Item]) -> list[Item]:
        """Inserts the taken messages into the items that a run added."""
        inserted: list[Item] = []
        mine = [each for each in self._places if each.run == id(run_items)]
        for number in range(len(added) + 1):
            for each in mine:
                if each.offset == number or (number == len(added) and each.offset > number):
                    inserted += each.items
            inserted += added[number : number + 1]
        return inserted
