"""What the previous workflow run passed on for the turn that it was working on (turns/steps.py)."""

from dataclasses import dataclass, field

from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.inputs import input_of
from agentex_web.turns.resumption import FORM, Resumption
from agentex_web.turns.steering import Offered
from agentex_web.turns.turn import Turn


class PassedOnByNewerCode(AuthorError):
    """The previous run was on a worker with newer code, which passes on what this worker cannot repeat."""


@dataclass
class PreviousRun:
    """The results of the turn's steps, and the messages that were put into the turn. Empty in a run that does
    not continue a turn, and once the turn has got them.
    """

    _resumption: Resumption | None = None
    _taken: dict[str, Offered] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """True until the turn has got what was passed on."""
        return self._resumption is not None

    @classmethod
    def of(cls, resumption: Resumption) -> "PreviousRun":
        inputs = {each.event.id: input_of(each.event) for each in resumption.events}
        taken = {path: Offered(id, inputs[id]) for path, id in resumption.taken.items() if id in inputs}
        return cls(resumption, taken)

    def give_to(self, turn: Turn) -> None:
        """Gives it to the turn, which repeats the steps and takes the messages at the same paths.

        Raises:
            PassedOnByNewerCode: this worker cannot repeat the steps.
        """
        resumption, taken = self._resumption, self._taken
        self.drop()
        if resumption is not None and resumption.form > FORM:
            raise PassedOnByNewerCode(
                "A worker with an older version took over this turn and cannot continue it. "
                "Retry starts it again."
            )
        if resumption is not None:
            turn.progress.steps.resume(resumption)
        turn.progress.steering.to_repeat = taken

    def drop(self) -> None:
        """Forgets what was passed on, because its turn was withdrawn."""
        self._resumption, self._taken = None, {}
