"""What ends a state machine that is in a state without work."""

import asyncio
from collections.abc import Callable

import pytest
from pydantic import BaseModel

from agentex_web.adk import state_machine
from agentex_web.adk.state_machine import StateMachine
from agentex_web.adk.states import NoOpWorkflow, State


class Machine(StateMachine[BaseModel]):
    ended = False
    fails = False
    asks = 0

    async def terminal_condition(self) -> bool:
        self.asks += 1
        if self.fails:
            raise ValueError("It cannot tell.")
        return self.ended


class Awaiting(Machine):
    async def terminal_condition(self) -> bool:
        self.asks += 1
        await asyncio.sleep(0)
        return self.get_current_state() == "done"


async def wait_condition(is_true: Callable[[], bool]) -> None:
    while not is_true():  # noqa: ASYNC110  (Temporal asks after each activation)
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_machine.workflow, "wait_condition", wait_condition)


def made(kind: type[Machine]) -> Machine:
    return kind("idle", [State(name=each, workflow=NoOpWorkflow()) for each in ("idle", "done")])


async def waiting(machine: Machine) -> "asyncio.Task[None]":
    running = asyncio.ensure_future(machine.run())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not running.done()
    return running


async def test_a_handler_may_end_it_without_a_transition() -> None:
    machine = made(Machine)
    running = await waiting(machine)
    machine.ended = True
    await asyncio.wait_for(running, 10)


async def test_what_its_condition_raises_is_raised_by_run() -> None:
    machine = made(Machine)
    running = await waiting(machine)
    machine.fails = True
    with pytest.raises(ValueError, match="It cannot tell"):
        await asyncio.wait_for(running, 10)


async def test_a_condition_that_awaits_is_asked_when_the_state_changes() -> None:
    machine = made(Awaiting)
    running = await waiting(machine)
    assert machine.asks == 2
    await machine.transition("done")
    await asyncio.wait_for(running, 10)
