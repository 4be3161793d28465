"""A workflow continues as a new run in the middle of a turn: nothing is lost, and nothing happens twice."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.bridge.proto.workflow_activation import SignalWorkflow

from agentex_web import adk
from agentex_web.adk.testing import Chat, chat, hold, text, tool_call
from agentex_web.adk.testing.temporal.server import job
from agentex_web.turns.payloads import SignalName, StopParams
from agentex_web.turns.resumption import FORM
from agents import Agent, function_tool
from tests.turns_in_memory.agents import of_tests

COUNTED: list[str] = []


@function_tool
def count(what: str) -> str:
    """Counts."""
    COUNTED.append(what)
    return f"{what} is counted"


@activity.defn
async def stamp(what: str) -> str:
    COUNTED.append(f"stamp {what}")
    return f"stamped {what}"


counter = Agent(name="Counter", instructions="Count.", tools=[count])


class Steps(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        stamped = await workflow.execute_activity(
            stamp, turn.message.content.content, start_to_close_timeout=timedelta(minutes=1)
        )
        state = await turn.get_state()
        await turn.set_state({"turns": state.value.get("turns", 0) + 1}, state.version)
        await turn.say(f"First: {stamped}", author="system")
        draft = await turn.run(counter, [*await turn.history(), *turn.input])
        async with turn.stream() as message:
            await message.write("Half, ")
            final = await turn.run(counter, draft.final_output, quiet=True)
            await message.write(f"whole: {final.final_output}")


class WithSignal(adk.Workflow):
    @workflow.signal
    def nudge(self) -> None:
        """The author's own signal, which the next run would not know about."""

    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(counter, turn.input)


def runs(box: Chat) -> int:
    return len(box.temporal.runs_of(box.workflow_id))


async def test_a_long_turn_goes_on_in_another_run_and_repeats_nothing() -> None:
    COUNTED.clear()
    async with chat(Steps, activities=[stamp]) as box:
        box.model.script(
            text("An earlier answer."),
            text("It is."),
            tool_call("count", what="one"),
            hold(tool_call("count", what="two")),
            text("Both are counted."),
            tool_call("count", what="three"),
            text("Good."),
        )
        await box.send("before")
        COUNTED.clear()
        turn = await box.send("go", wait=False)
        box.suggest_continue_as_new()
        box.model.release()
        await box.ended(turn)
        assert turn.status == "done", turn.error
        assert runs(box) == 2
        assert COUNTED == ["stamp go", "one", "two", "three"]
        said = [(kind, content) for author, kind, content in turn.said if author != "user"]
        assert said[:6] == [
            ("text", "First: stamped go"),
            ("tool_request", '{"what": "one"}'),
            ("tool_response", "one is counted"),
            ("tool_request", '{"what": "two"}'),
            ("tool_response", "two is counted"),
            ("text", "Both are counted."),
        ]
        assert sorted(said[6:]) == [
            ("reasoning", "Good."),
            ("text", "Half, whole: Good."),
            ("tool_request", '{"what": "three"}'),
            ("tool_response", "three is counted"),
        ]
        assert box.state == {"turns": 2}
        # The model's input is the same as without the new run.
        given = box.model.requests[4].input
        assert [each.get("type") or each["role"] for each in given][-4:] == [
            "function_call", "function_call_output", "function_call", "function_call_output",
        ]  # fmt: skip
        assert sum(each.get("content") == "before" for each in given) == 1
        box.model.script(text("Yes."), text("Later."))
        assert (await box.send("and then?")).status == "done"


async def test_a_worker_with_older_code_ends_what_it_cannot_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentex_web.turns.turn_control.FORM", FORM + 1)
    async with chat(counter) as box:
        box.model.script(hold(tool_call("count", what="one")), text("Never."), text("Again."))
        turn = await box.send("go", wait=False)
        box.suggest_continue_as_new()
        box.model.release()
        await box.ended(turn)
        assert (turn.status, runs(box)) == ("failed", 2)
        assert "older version took over" in turn.error
        assert (await box.send("and now?")).status == "done"


async def test_messages_that_wait_and_stops_are_not_lost() -> None:
    async with chat(counter) as box:
        box.model.script(hold(tool_call("count", what="a")), text("One."), text("Two."), text("Four."))
        first = await box.send("first", wait=False)
        second, third, fourth = await box.queue("second", "third", "fourth")
        await box.withdraw(third)
        box.suggest_continue_as_new()
        box.model.release()
        await box.ended()
        assert runs(box) == 2
        assert [each.status for each in (first, second, third, fourth)] == [
            "done",
            "done",
            "withdrawn",
            "done",
        ]
        assert [each.answer for each in (first, second, fourth)] == ["One.", "Two.", "Four."]
        # A repeated delivery is recognised.
        await box.redeliver(second)
        assert len(second.messages) == 2


async def test_an_approval_and_a_timer_that_were_there_before_are_decided_after_it() -> None:
    async with chat(of_tests("careful")) as box:
        box.model.script(hold(tool_call("delete_file", name="a.txt")), text("It is gone."))
        turn = await box.send("delete it", wait=False)
        box.suggest_continue_as_new()
        box.model.release()
        await box.ended(turn)
        assert runs(box) == 2 and len(box.waiting) == 1
        await box.restart()
        await box.approve()
        assert (turn.status, turn.tools[0].output) == ("done", "a.txt is deleted")


async def test_a_workflow_with_signals_of_its_own_is_continued_between_turns_alone() -> None:
    async with chat(WithSignal) as box:
        box.model.script(hold(tool_call("count", what="a")), text("One."), text("Two."))
        turn = await box.send("first", wait=False)
        box.suggest_continue_as_new()
        box.model.release()
        await box.ended(turn)
        assert (turn.answer, runs(box)) == ("One.", 2)


async def test_a_stop_ends_a_turn_that_was_continued() -> None:
    async with chat(counter) as box:
        box.model.script(hold(tool_call("count", what="a")), hold(text("Never."), after="Ne"))
        turn = await box.send("first", wait=False)
        box.suggest_continue_as_new()
        box.model.release()
        await box.temporal.until(lambda: "Ne" in turn.streamed)
        assert runs(box) == 2
        await box.stop()
        assert (turn.status, turn.tools[0].output) == ("interrupted", "a is counted")


@pytest.mark.parametrize(
    ("signal", "status"),
    # The product withdraws the row itself, before it sends the signal.
    [(SignalName.STOP, "interrupted"), (SignalName.WITHDRAW, "running")],
)
async def test_a_signal_that_comes_as_the_next_run_begins(
    monkeypatch: pytest.MonkeyPatch, signal: SignalName, status: str
) -> None:
    COUNTED.clear()
    async with chat(counter) as box:
        held = box.tools.hold("count")
        # A model call that the Stop cancels may have taken an answer.
        box.model.script(tool_call("count", what="b"), text("An answer."), text("An answer."))
        turn = await box.send("go", wait=False)
        following = await box.send("and then", wait=False)
        box.suggest_continue_as_new()
        start_run = box.temporal.start_run
        payloads = await box.temporal.converter.encode([StopParams(turn.id, undo=True)])

        def started_with_a_signal(*arguments: Any, **more: Any) -> Any:
            run = start_run(*arguments, **more)
            run.jobs.append(job(signal_workflow=SignalWorkflow(signal_name=signal, input=payloads)))
            return run

        monkeypatch.setattr(box.temporal, "start_run", started_with_a_signal)
        held.release("b is counted")
        await box.ended(following)
        assert turn.status == status
        assert (following.status, following.answer) == ("done", "An answer.")
        # The steps of the withdrawn turn are not taken for those of the next one.
        assert len(box.model.requests[-1].input) == (1 if signal == SignalName.WITHDRAW else 5)
