"""Messages that go into a turn while it works: the model sees them at its next call, between two tool calls.

The SDK's run loop takes no new input while it runs. So each call of the model is given them where they came
in, and the turn's items hold them there (``woven``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agentex_web.turns import record
from agentex_web.turns.payloads import TakeIn

Item = Any


class Part(Protocol):
    """The turn that takes a message: what is needed of turns/part.py."""

    turn_id: str
    task_id: str

    @property
    def next_path(self) -> str: ...

    @property
    def repeats(self) -> bool: ...


@dataclass(frozen=True)
class Offered:
    """A message that waits behind the turn, and is to go into it: its id, and its SDK input items."""

    id: str
    items: list[Item]


@dataclass(frozen=True)
class _Taken:
    run: int
    """Which run of an agent took it: the ``id`` of what that run says."""
    offset: int
    """How many items the run had added before."""
    items: list[Item]


@dataclass
class Steering:
    """The messages that one turn is offered and has taken.

    Attributes:
        offered: that wait for the next call of the model.
        taken: the ids of those that went in, of all turns of the workflow.
        by_path: the same of this turn, by the path of the step that took them.
        again: what the run before had taken, by path; this run takes it there again.
    """

    offered: list[Offered] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    by_path: dict[str, str] = field(default_factory=dict)
    again: dict[str, Offered] = field(default_factory=dict)
    _woven: list[_Taken] = field(default_factory=list)

    def offer(self, message: Offered) -> None:
        if message.id not in self.taken and all(each.id != message.id for each in self.offered):
            self.offered.append(message)

    async def steered(
        self, part: Part, said: list[Item], base: int, given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What a call of the model is given, with the messages that came in before it or an earlier one.

        Args:
            said: what the run of the agent says.
            base: the number of items that the run was given.
            given: as the SDK gives it.
        """
        if not (self.offered or self._woven or self.again):
            return given
        items = given["input"]
        items = [{"role": "user", "content": items}] if isinstance(items, str) else list(items)
        # Not where the run before took none.
        while (path := part.next_path) in self.again or (self.offered and not part.repeats):
            message = self.again.pop(path, None) or self.offered.pop(0)
            # A person may have taken it back meanwhile: the record knows.
            if await record.take_in(TakeIn(part.task_id, part.turn_id, message.id)):
                self.taken.add(message.id)
                self.by_path[path] = message.id
                self._woven.append(_Taken(id(said), max(len(items) - base, 0), message.items))
                said.extend(message.items)
        return {**given, "input": [*items[:base], *self.woven(items[base:], said)]}

    def woven(self, added: Sequence[Item], said: list[Item]) -> list[Item]:
        """The items that a run added, with the messages that came in between them."""
        woven: list[Item] = []
        mine = [each for each in self._woven if each.run == id(said)]
        for number in range(len(added) + 1):
            for each in mine:
                if each.offset == number or (number == len(added) and each.offset > number):
                    woven += each.items
            woven += added[number : number + 1]
        return woven
