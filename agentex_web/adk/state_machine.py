"""agentex-sdk's state machine: a workflow that is in one of several named states, each with its own code.

``run`` executes the current state's workflow, which returns the name of the next state, until
``terminal_condition`` is true. A message handler may change the state too. Nothing is stored here: ``dump``
returns the data that ``load`` needs.
"""

from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any, Generic, Self, TypeVar, get_args

from pydantic import BaseModel
from temporalio import workflow

from agentex_web.adk import tracing
from agentex_web.adk.states import NoOpWorkflow, State, StateWorkflow
from agentex_web.turns import opening, scope
from agentex_web.turns.author_errors import AuthorError

Data = TypeVar("Data", bound=BaseModel)


class NothingToDo(AuthorError):
    """A state machine would execute a state without work for ever."""


class StateMachine(ABC, Generic[Data]):
    """A workflow that runs the workflows of its states, as in agentex-sdk.

    Args:
        initial_state: the name of the first state.
        states: all states.
        task_id: the task's id; needed for spans.
        state_machine_data: the data that all states share.
        trace_transitions: write a span for each step.

    Raises:
        ValueError: no state is named ``initial_state``.
    """

    def __init__(
        self,
        initial_state: str,
        states: list[State],
        task_id: str | None = None,
        state_machine_data: Data | None = None,
        trace_transitions: bool = False,
    ) -> None:
        self._states = {each.name: each for each in states}
        self._task_id = task_id
        self._initial = self._known(initial_state)
        self._current = self._initial
        self._traced = trace_transitions
        self._awaits = False
        """True if ``terminal_condition`` awaits something."""
        self.state_machine_data = state_machine_data

    @abstractmethod
    async def terminal_condition(self) -> bool:
        """True if ``run`` should end."""

    def set_task_id(self, task_id: str) -> None:
        """Sets the task that spans belong to."""
        self._task_id = task_id

    def get_current_state(self) -> str:
        """The current state's name."""
        return self._current

    def get_current_workflow(self) -> StateWorkflow:
        """The current state's workflow."""
        return self._states[self._current].workflow

    def get_state_machine_data(self) -> Data | None:
        """The data that all states share; None without data."""
        return self.state_machine_data

    def require_state_machine_data(self) -> Data:
        """Returns the data that all states share.

        Raises:
            ValueError: the state machine has no data.
        """
        if self.state_machine_data is None:
            raise ValueError("The state machine has no data. Give it state_machine_data=….")
        return self.state_machine_data

    async def transition(self, target_state_name: str) -> None:
        """Changes to another state.

        Raises:
            ValueError: no state has this name.
        """
        self._current = self._known(target_state_name)

    async def reset_to_initial_state(self) -> None:
        """Changes to the initial state."""
        async with self._span("state_transition_reset", {"input_state": self._current}) as span:
            self._current = self._initial
            span.output = {"output_state": self._initial}

    async def run(self) -> None:
        """Executes steps until ``terminal_condition`` is true.

        In a state without work it waits until a message handler has changed the state or made
        ``terminal_condition`` true. A ``terminal_condition`` that awaits something is asked only when the
        state has changed.

        Raises:
            NothingToDo: that happens in a turn, where no other message is handled meanwhile.
        """
        if workflow.in_workflow() and scope.current() is None:
            opening.note_state_machine()
        while not await self.terminal_condition():
            before = self._current
            await self.step()
            if self._current == before and isinstance(self._states[before].workflow, NoOpWorkflow):
                if scope.current() is not None:
                    raise NothingToDo(
                        f"The state “{before}” has no work and does not end: terminal_condition is not true "
                        "in it. Let it return True there, or use transition() before."
                    )
                await workflow.wait_condition(
                    lambda: self._current != before or self._may_end()  # noqa: B023  (awaited here)
                )

    def _may_end(self) -> bool:
        """True if ``terminal_condition`` is true or raises. One that awaits something is asked only once."""
        if self._awaits:
            return False
        asked = self.terminal_condition()
        try:
            asked.send(None)
        except StopIteration as answer:
            return bool(answer.value)
        except Exception:  # noqa: BLE001  (`run` asks again and raises it)
            return True
        asked.close()
        self._awaits = True
        return False

    async def step(self) -> str:
        """Executes the current state's workflow and changes to the next state; returns that state's name."""
        before = self._current
        async with self._span("state_transition", self._data(), {"input_state": before}) as span:
            following = await self._states[before].workflow.execute(self, self.state_machine_data)
            span.output, span.data = self._data(), {"input_state": before, "output_state": _text(following)}
        await self.transition(following)
        return self._current

    def get_lifecycle(self) -> dict[str, Any]:
        """The states and their descriptions, as JSON values."""
        return {
            "states": [
                {
                    "name": name,
                    "description": each.workflow.description,
                    "waits_for_input": each.workflow.waits_for_input,
                    "accepts": list(each.workflow.accepts),
                    "transitions": [_text(target) for target in each.workflow.transitions],
                }
                for name, each in self._states.items()
            ],
            "initial_state": self._initial,
        }

    def dump(self) -> dict[str, Any]:
        """The data that ``load`` needs, as JSON values."""
        return {
            "task_id": self._task_id,
            "current_state": self._current,
            "initial_state": self._initial,
            "state_machine_data": self._data(),
            "trace_transitions": self._traced,
        }

    @classmethod
    async def load(cls, data: dict[str, Any], states: list[State]) -> Self:
        """Recreates the state machine whose ``dump`` returned the data.

        Raises:
            ValueError: the dumped data does not fit this class or these states.
        """
        given = data.get("state_machine_data")
        kept: Any = None if given is None else cls._data_class().model_validate(given)
        made = cls(
            initial_state=data.get("initial_state") or "",
            states=states,
            task_id=data.get("task_id"),
            state_machine_data=kept,
            trace_transitions=bool(data.get("trace_transitions")),
        )
        if current := data.get("current_state"):
            await made.transition(current)
        return made

    @classmethod
    def _data_class(cls) -> type[BaseModel]:
        """The data model that a subclass names, as in ``StateMachine[ResearchData]``."""
        for each in getattr(cls, "__orig_bases__", ()):
            for argument in get_args(each):
                if isinstance(argument, type) and issubclass(argument, BaseModel):
                    return argument
        raise ValueError(f"Write class {cls.__name__}(StateMachine[…]) with the model of its data.")

    def _known(self, name: str) -> str:
        # Names may be members of a string enum.
        if name not in self._states:
            raise ValueError(f"There is no state “{_text(name)}”; there are {', '.join(self._states)}.")
        return self._states[name].name

    def _data(self) -> Any:
        data = self.state_machine_data
        return data.model_dump(mode="json") if data is not None else None

    @asynccontextmanager
    async def _span(self, name: str, given: Any, data: Any = None) -> Any:
        if not self._traced:
            yield tracing.Span("", "", name)
            return
        if self._task_id is None:
            raise ValueError("Call set_task_id before the first step: spans belong to a task.")
        async with tracing.span(self._task_id, name, given, data) as span:
            yield span


def _text(name: str) -> str:
    return str(name.value) if isinstance(name, Enum) else str(name)
