"""The states of a state machine (state_machine.py)."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from agentex_web.adk.state_machine import StateMachine


class StateWorkflow(ABC):
    """The code of a state.

    Attributes:
        description: what the state does. Like the other attributes, it is only returned by
            ``StateMachine.get_lifecycle`` and changes nothing.
        waits_for_input: True if the state waits for a message.
        accepts: the kinds of input that the state takes.
        transitions: the names of the states that may follow.
    """

    description: ClassVar[str] = ""
    waits_for_input: ClassVar[bool] = False
    accepts: ClassVar[Sequence[str]] = ()
    transitions: ClassVar[Sequence[str]] = ()

    @abstractmethod
    async def execute(
        self, state_machine: "StateMachine[Any]", state_machine_data: BaseModel | None = None
    ) -> str:
        """Does the state's work; returns the name of the next state."""


class NoOpWorkflow(StateWorkflow):
    """A state without work, such as the last one."""

    async def execute(
        self,
        state_machine: "StateMachine[Any]",
        state_machine_data: BaseModel | None = None,  # noqa: ARG002
    ) -> str:
        """Returns the current state."""
        return state_machine.get_current_state()


class State(BaseModel):
    """A state's name and its workflow."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str
    workflow: StateWorkflow
