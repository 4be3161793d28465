"""A turn that is stopped while it continues in another run undoes what the earlier run had done."""

import asyncio
from typing import Any

import pytest

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agentex_web.adk.testing.temporal.run import WorkflowRun
from agentex_web.turns.payloads import SignalName, StopParams
from agents import Agent, function_tool
from tests.turns_in_memory.agents import of_tests
from tests.turns_in_memory.branches import delete, outputs, right, runs


async def test_a_turn_that_is_stopped_as_it_is_continued_undoes_what_it_had_done() -> None:
    async with chat(of_tests("trips")) as trips:
        held = trips.tools.hold("book")
        trips.model.script(tool_call("book", what="hotel"), tool_call("pay", amount=5), text("Never."))
        paid = trips.tools.hold("pay")
        turn = await trips.send("book a hotel", wait=False)
        trips.suggest_continue_as_new()
        held.release("hotel is booked")
        await trips.rest()
        assert runs(trips) == 2
        await trips.stop_and_undo(turn)
        paid.release("5 paid")
        assert turn.status == "interrupted"
        assert [each.output for each in turn.tools if each.name.startswith("Undo")] == ["hotel is cancelled"]
        # The usage of both runs counts once.
        assert turn.usage["output"] == sum(each.usage.get("output", 0) for each in turn.messages) > 0


@function_tool
def put_back(what: str) -> str:
    """Undoes a take."""
    return f"{what} is back"


@adk.tool(undo=put_back)
@function_tool
def take(what: str) -> str:
    """Takes something."""
    return f"{what} is taken"


async def test_a_stop_that_arrives_while_the_next_run_finds_out_what_was_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with chat(Agent(name="Taker", instructions="Take.", tools=[delete, take])) as box:
        held = box.tools.hold("take")
        box.model.script(tool_call("delete", what="a"), tool_call("take", what="b"), text("Never."))
        turn = await box.send("go", wait=False)
        await box.approve(wait=False)
        await box.rest()
        box.suggest_continue_as_new()
        start_run, stops = box.temporal.start_run, list[asyncio.Task[None]]()

        def and_stop(*arguments: Any, **more: Any) -> WorkflowRun:
            run = start_run(*arguments, **more)
            # Stop reaches the next run before it has read the approval from the record.
            signal = box.temporal.signal(box.workflow_id, SignalName.STOP, StopParams(turn.id, undo=True))
            stops.append(asyncio.create_task(signal))
            return run

        monkeypatch.setattr(box.temporal, "start_run", and_stop)
        held.release("b is taken")
        await box.ended(turn)
        assert len(stops) == 1
        assert turn.status == "interrupted"
        assert [each.output for each in turn.tools] == ["deleted a", "b is taken", "b is back"]
        box.model.script(text("Yes."))
        await box.send("and now?")
        assert outputs(box.model.requests[-1].input) == ["deleted a", "b is taken"]


async def give_back() -> str:
    return "given back"


class AskingBoth(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.compensate(give_back, title="the deposit")
        await asyncio.gather(turn.ask("Who are you?"), turn.run(right, "right"))


@pytest.mark.parametrize("continued", [False, True])
async def test_a_stop_and_undo_whose_signal_is_late(monkeypatch: pytest.MonkeyPatch, continued: bool) -> None:
    """The record cancels the waits of a stopped turn before the workflow gets the signal."""
    async with chat(AskingBoth) as box:
        held = box.tools.hold("quick")
        box.model.script(tool_call("quick", what="a"), text("An answer."))
        turn = await box.send("go", wait=False)
        await box.temporal.until(lambda: bool(box.record.waits))
        if continued:
            start_run = box.temporal.start_run

            def started_after_the_row(*arguments: Any, **more: Any) -> Any:
                for wait in box.record.waits.values():
                    wait.outcome.status = "cancelled"
                return start_run(*arguments, **more)

            monkeypatch.setattr(box.temporal, "start_run", started_after_the_row)
            box.suggest_continue_as_new()
        held.release("quick a")
        await box.rest()
        assert runs(box) == (2 if continued else 1)
        await box.stop_and_undo(turn)
        undone = [each.output for each in turn.tools if each.name == "Undo: the deposit"]
        assert (turn.status, undone) == ("interrupted", ["given back"])
