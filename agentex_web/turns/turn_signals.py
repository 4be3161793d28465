"""What signals have asked for each turn: to stop it, to undo it, to withdraw its message, or to steer it.

A signal may come before the message of its turn, and after the turn's end. So signals are found by the turn's
id, and kept for the whole workflow run.
"""

from dataclasses import dataclass

from agentex_web.turns.resumption import Resumption


@dataclass
class TurnSignals:
    """What was asked for one turn.

    Attributes:
        stop: why the turn is to be stopped: empty if a person wants it, otherwise the product's reason. None
            if it is not to be stopped.
        undo: True for *Stop and undo*.
        withdrawn: the person withdrew the message.
        steer: the message should go into the running turn.
        taken: the message went into another turn, which answers it.
    """

    stop: str | None = None
    undo: bool = False
    withdrawn: bool = False
    steer: bool = False
    taken: bool = False

    @property
    def stopped(self) -> bool:
        """True once the turn was stopped, by a person or by the product."""
        return self.stop is not None

    @property
    def unwanted(self) -> bool:
        """True once the turn was stopped or its message withdrawn."""
        return self.stopped or self.withdrawn

    def forget_stop(self) -> None:
        """Called when a cut answer is continued: a Stop of the part before the cut no longer counts."""
        self.stop, self.undo = None, False


class SignalsByTurn:
    """The signals for all turns of one workflow run."""

    def __init__(self) -> None:
        self._by_turn: dict[str, TurnSignals] = {}

    def __bool__(self) -> bool:
        """True if a signal has asked for anything."""
        return any(each.unwanted or each.steer for each in self._by_turn.values())

    def of(self, turn_id: str) -> TurnSignals:
        """The signals for a turn. Change the returned object to add one."""
        return self._by_turn.setdefault(turn_id, TurnSignals())

    def clear(self) -> None:
        """Forgets all signals."""
        self._by_turn.clear()

    def stops(self) -> dict[str, str]:
        """The reason of each Stop, by turn id."""
        return {turn_id: each.stop for turn_id, each in self._by_turn.items() if each.stop is not None}

    def withdrawn(self) -> list[str]:
        """The ids of the withdrawn turns, sorted."""
        return sorted(turn_id for turn_id, each in self._by_turn.items() if each.withdrawn)

    def undone(self) -> list[str]:
        """The ids of the turns that were stopped with *Stop and undo*, sorted."""
        return sorted(turn_id for turn_id, each in self._by_turn.items() if each.undo)

    def steered(self) -> list[str]:
        """The ids of the messages that should go into the running turn, sorted."""
        return sorted(turn_id for turn_id, each in self._by_turn.items() if each.steer)

    def add(self, previous: Resumption) -> None:
        """Adds the signals that the previous run passed on. A Stop of that run replaces a newer one."""
        for turn_id, reason in previous.stops.items():
            self.of(turn_id).stop = reason
        for turn_id in previous.withdrawn:
            self.of(turn_id).withdrawn = True
        for turn_id in previous.undo:
            self.of(turn_id).undo = True
        for turn_id in previous.steered:
            self.of(turn_id).steer = True
