"""Child workflows: their agents work like any other, and their messages appear where the child was started."""

from agentex_web.adk.testing import chat, hold, text, tool_call
from tests.turns_in_memory.agents import of_tests, rows

FOUND = [
    ("tool_request", "done", '{"word": "tide"}'),
    ("tool_response", "done", "tide is on shelf 4"),
    ("text", "done", "It is on shelf 4."),
    ("text", "done", "Read."),
]


async def test_children_stand_between_what_their_parent_writes() -> None:
    async with chat(of_tests("reporter")) as reporter:
        reporter.model.script(*[tool_call("shelf_of", word="tide"), text("It is on shelf 4.")] * 2)
        turn = await reporter.send("report")
    assert rows(turn) == [
        ("text", "done", "Before."),
        *FOUND,
        ("text", "done", "Between."),
        *FOUND,
        ("text", "done", "After."),
    ]


async def test_a_worker_that_crashes_takes_a_child_up_again() -> None:
    async with chat(of_tests("reporter")) as reporter:
        reporter.model.script(
            tool_call("shelf_of", word="tide"), hold(text("It is on shelf 4."), after="It is")
        )
        turn = await reporter.send("report at once", wait=False)
        await reporter.restart()
        reporter.model.release()
        await reporter.ended()
    assert (turn.status, rows(turn)) == ("done", FOUND)


async def test_a_stop_ends_the_child_too() -> None:
    async with chat(of_tests("reporter")) as reporter:
        reporter.model.script(hold(text("It is on shelf 4."), after="It is"))
        turn = await reporter.send("report at once", wait=False)
        await reporter.stop()
        assert turn.status == "interrupted"
        assert rows(turn) == [("text", "interrupted", "It is")]
        await reporter.rest()
        assert not [each for each in reporter.temporal.runs.values() if each.parent and each.is_open]


async def test_a_child_that_continues_as_new_still_works_for_the_turn() -> None:
    async with chat(of_tests("reporter")) as reporter:
        turn = await reporter.send("count")
    assert (turn.status, rows(turn)) == ("done", [("text", "done", f"{number}.") for number in (1, 2, 3)])
    positions = [each.position for each in turn.messages if not each.opens_turn]
    assert positions == sorted(set(positions)) and len(positions[1]) == len(positions[2])
