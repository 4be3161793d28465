"""Child workflows wait for people like their parent: the card is in the chat, and Stop ends the wait."""

from pathlib import Path

from agentex_web.adk.testing import chat, text, tool_call

PARENT = Path(__file__).parent / "agents" / "parent_and_child.py"


async def test_a_child_asks_and_needs_an_approval() -> None:
    async with chat(PARENT) as box:
        box.model.script(tool_call("delete_file", name="a.txt"), text("Clean."))
        turn = await box.send("clean the desk")
        await box.restart()
        await box.answer(answer="Ada")
        (wait,) = box.waiting
        assert (wait.asked.title, wait.workflow_id == box.workflow_id) == ("delete_file", False)
        await box.sleep(days=20)
        await box.restart()
        await box.approve()
        assert (turn.status, turn.answer) == ("done", "Clean."), turn.error
        assert [each.output for each in turn.tools] == ["a.txt is deleted"]
        assert box.model.requests[0].question == "clean the desk for Ada"


async def test_a_stop_ends_what_a_child_waits_for() -> None:
    async with chat(PARENT) as box:
        box.model.script(tool_call("delete_file", name="a.txt"))
        turn = await box.send("clean the desk")
        await box.answer(answer="Ada")
        await box.stop()
        assert turn.status == "interrupted" and not box.waiting
        assert not [each for each in box.temporal.runs.values() if each.parent and each.is_open]


async def test_a_turn_is_continued_after_its_child_and_does_not_start_it_again() -> None:
    async with chat(PARENT) as box:
        box.model.script(tool_call("delete_file", name="a.txt"), text("Clean."))
        turn = await box.send("clean the desk")
        await box.answer(answer="Ada")
        box.suggest_continue_as_new()
        await box.approve()
        assert (turn.status, turn.answer) == ("done", "Clean."), turn.error
        assert len(box.temporal.runs_of(box.workflow_id)) == 2
        assert sum(each.workflow_type == "Cleaning" for each in box.temporal.runs.values()) == 1
