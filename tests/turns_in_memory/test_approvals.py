"""Tool calls that need an approval: the run pauses, a person decides, and it goes on."""

from agentex_web.adk.testing import chat, text, tool_call
from tests.turns_in_memory.agents import of_tests, rows

REJECTED = "The user rejected this call."


async def test_an_approved_call_runs() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(tool_call("delete_file", name="a.txt"), text("It is gone."))
        turn = await careful.send("delete it")
        assert turn.status == "running"
        (wait,) = careful.waiting
        assert (wait.asked.kind, wait.asked.payload["arguments"]) == ("approval", {"name": "a.txt"})
        assert ("approval", "pending", "delete_file") in rows(turn)
        assert turn.tools[0].status == "pending"
        await careful.approve()
        assert (turn.status, turn.answer) == ("done", "It is gone.")
        assert turn.tools[0].output == "a.txt is deleted"
        assert ("approval", "done", "delete_file") in rows(turn)


async def test_a_rejected_call_does_not_run_and_the_model_is_told_why() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(tool_call("delete_file", name="a.txt"), text("I leave it."))
        turn = await careful.send("delete it")
        await careful.reject(reason="I need it tomorrow.")
        assert (turn.status, turn.answer) == ("done", "I leave it.")
        assert turn.tools[0].output == f"{REJECTED} Reason: I need it tomorrow."


async def test_a_person_answers_in_the_place_of_the_tool() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(tool_call("delete_file", name="a.txt"), text("Good."))
        turn = await careful.send("delete it")
        await careful.answer_for("delete_file", output="I have deleted it by hand.")
        assert (turn.status, turn.tools[0].output) == ("done", "I have deleted it by hand.")


async def test_a_stop_while_it_waits_cancels_the_approval() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(tool_call("delete_file", name="a.txt"))
        turn = await careful.send("delete it")
        (wait,) = careful.waiting
        await careful.stop()
        assert (turn.status, wait.outcome.status) == ("interrupted", "cancelled")
        assert not careful.waiting
        careful.model.script(text("As you wish."))
        after = await careful.send("go on")
        assert after.answer == "As you wish."


async def test_it_waits_for_weeks_and_over_restarts() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(tool_call("delete_file", name="a.txt"), text("It is gone."))
        turn = await careful.send("delete it")
        await careful.sleep(days=40)
        await careful.restart()
        assert turn.status == "running"
        await careful.approve()
        assert turn.answer == "It is gone."


async def test_of_several_calls_each_is_decided_by_itself() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(
            [tool_call("delete_file", name="a.txt"), tool_call("delete_file", name="b.txt")], text("Done.")
        )
        turn = await careful.send("delete both")
        first, second = careful.waiting
        await careful.decide(second, {"verdict": "approve"})
        await careful.rest()
        assert [each.output for each in turn.tools] == [None, "b.txt is deleted"]
        assert (turn.status, careful.waiting) == ("running", [first])
        await careful.reject()
        assert [each.output for each in turn.tools] == [REJECTED, "b.txt is deleted"]
        assert turn.answer == "Done."
