"""Tool calls that need an approval: the run pauses until a person decides, and then continues."""

from agentex_web.adk.testing import chat, text, tool_call
from tests.turns_in_memory.agents import example, of_tests, rows

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


async def test_a_person_changes_the_arguments_first() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(tool_call("delete_file", name="a.txt"), text("Done."), text("Next."))
        turn = await careful.send("delete it")
        await careful.approve(arguments={"name": "b.txt"})
        (call,) = turn.tools
        assert (call.arguments, call.output) == ('{"name": "b.txt"}', "b.txt is deleted")
        called = next(item for item in careful.model.requests[1].input if item.get("type") == "function_call")
        assert called["arguments"] == '{"name": "b.txt"}'
        await careful.send("next")
        kept = [item for item in careful.model.requests[2].input if item.get("type") == "function_call"]
        assert [item["arguments"] for item in kept] == ['{"name": "b.txt"}']


async def test_a_tool_that_is_always_allowed_asks_once() -> None:
    async with chat(of_tests("careful")) as careful:
        careful.model.script(
            tool_call("delete_file", name="a"), tool_call("delete_file", name="b"), text("Both.")
        )
        turn = await careful.send("delete both")
        await careful.approve(always=True)
        assert [each.output for each in turn.tools] == ["a is deleted", "b is deleted"]
        assert [each.kind for each in turn.messages].count("approval") == 1


async def test_an_agent_that_is_a_tool_asks_through_the_one_that_called_it() -> None:
    async with chat(of_tests("delegating")) as boss:
        boss.model.script(
            tool_call("clean_up", input="everything", call_id="call_outer"),
            tool_call("delete_file", name="a.txt", call_id="call_inner"),
            text("Cleaned."),
            text("All is clean."),
        )
        turn = await boss.send("clean up")
        (wait,) = boss.waiting
        assert (wait.asked.agent_name, wait.asked.title) == ("Cleaner", "delete_file")
        await boss.restart()
        await boss.approve()
        assert (turn.status, turn.answer) == ("done", "All is clean.")
        assert {each.name: each.output for each in turn.tools} == {
            "clean_up": "Cleaned.",
            "delete_file": "a.txt is deleted",
        }
        inner = next(each for each in turn.messages if each.tool_call_id == "call_inner")
        assert inner.parent_tool_call_id == "call_outer"


async def test_agents_and_activities_may_need_an_approval_themselves() -> None:
    async with chat(of_tests("delegating")) as boss:
        boss.model.script(
            [tool_call("ask_archive", input="all"), tool_call("send_mail", to="bob")],
            text("Empty."),
            text("Sent."),
        )
        turn = await boss.send("ask and send")
        assert sorted(each.asked.title for each in boss.waiting) == ["ask_archive", "send_mail"]
        await boss.approve("send_mail")
        await boss.approve("ask_archive")
        assert {each.name: each.output for each in turn.tools} == {
            "ask_archive": "Empty.",
            "send_mail": "mail to bob",
        }
        assert turn.answer == "Sent."


async def test_a_function_of_the_arguments_decides_whether_to_ask() -> None:
    async with chat(of_tests("delegating")) as boss:
        boss.model.script([tool_call("pay", amount=5), tool_call("pay", amount=500)], text("Paid."))
        turn = await boss.send("pay both")
        assert [each.asked.payload["arguments"] for each in boss.waiting] == [{"amount": 500}]
        (wait,) = boss.waiting
        assert (wait.asked.group, wait.asked.people, wait.asked.deadline) == ("finance", 2, 3600)
        await boss.sleep(hours=2)
        assert turn.status == "done"
        assert [each.output for each in turn.tools] == [
            "5 paid",
            "Nobody approved this call in time, so it was not run.",
        ]


async def test_two_runs_side_by_side_each_wait_for_theirs() -> None:
    async with chat(of_tests("side_by_side")) as both:
        both.model.script(
            tool_call("delete_file", name="a"), tool_call("delete_file", name="b"), text("One."), text("Two.")
        )
        turn = await both.send("go")
        first, second = both.waiting
        assert first.id != second.id
        await both.approve()
        assert turn.status == "done"


async def test_the_example_agent_asks_before_much_money_goes_out() -> None:
    async with chat(example("refunds")) as desk:
        desk.model.script(
            tool_call("refund_order", order_number="C3", amount=5),
            text("Refunded."),
            tool_call("refund_order", order_number="A7", amount=50),
            text("Refunded, too."),
        )
        assert (await desk.send("Refund 5 for order C3")).status == "done"
        turn = await desk.send("Refund 50 for order A7")
        await desk.approve()
        assert turn.tools[0].output == "50 € for order A7 are on their way."
