"""The scripted model of `chat`: which answer an agent gets, when, and what it was asked. Replaced tools."""

from datetime import timedelta

import pytest

from agentex_web.adk.testing import (
    NoAnswerScripted,
    NothingHappens,
    chat,
    failure,
    handoff,
    hold,
    text,
    tool_call,
)
from agents import Agent
from tests.unit.adk_testing.chatting import dice, roller


async def test_what_the_model_is_asked_can_be_read() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.model.script(text("No."))
        await game.send("Roll!")
    (request,) = game.model.requests
    assert (request.agent, request.instructions, request.question) == (
        "Dice Roller",
        "You roll dice.",
        "Roll!",
    )
    assert (request.tools, request.handoffs, request.schema, request.attempt) == (["dice"], {}, None, 1)
    assert request.input == [{"role": "user", "content": "Roll!"}]


async def test_an_answer_that_nobody_scripted_fails_the_test() -> None:
    async with chat(roller, activities=[dice]) as game:
        with pytest.raises(NoAnswerScripted, match="“Dice Roller” asked the model.*'Roll!'"):
            await game.send("Roll!")


async def test_an_answer_that_nobody_asked_for_can_be_counted() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.model.script(text("One."), text("Two."))
        await game.send("Roll!")
        assert game.model.unused == 1


async def test_answers_find_their_agent_and_their_question() -> None:
    friend = Agent(name="Friend", instructions="Help.")
    both = roller.clone(tools=[friend.as_tool("ask", "Asks.")])
    async with chat(both) as game:
        game.model.script(text("for later"), match="second")
        game.model.script(text("from the friend"), agent="Friend")
        game.model.script(tool_call("ask", input="what now?"), text("first"))
        assert (await game.send("the first")).answer == "first"
        assert (await game.send("the second")).answer == "for later"


async def test_a_handoff_to_nobody_fails_the_turn() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.model.script(handoff("nobody"))
        with pytest.raises(LookupError, match="“nobody” is to take over"):
            await game.send("Roll!")


async def test_only_known_tools_are_replaced() -> None:
    async with chat(roller, activities=[dice]) as game:
        with pytest.raises(KeyError, match=r"No tool is named dicee; there are .*\bdice\b"):
            game.tools["dicee"] = 6


@pytest.mark.parametrize("replacement", [5, lambda sides: sides - 1], ids=["a value", "a function"])
async def test_a_replaced_tool_returns_what_the_test_says(replacement: object) -> None:
    async with chat(roller, activities=[dice]) as game:
        game.tools["dice"] = replacement
        game.model.script(tool_call("dice", sides=6), text("Five."))
        turn = await game.send("Roll!")
        assert turn.tools[0].output == "5"
        assert [(run.name, run.arguments) for run in game.tools.runs] == [("dice", (6,))]
        del game.tools["dice"]
        game.model.script(tool_call("dice", sides=6), text("Six."))
        assert (await game.send("Again!")).tools[0].output == "6"


async def test_a_coroutine_function_replaces_a_tool_too() -> None:
    async def loaded(_sides: int) -> int:
        return 1

    async with chat(roller, activities=[dice]) as game:
        game.tools["dice"] = loaded
        game.model.script(tool_call("dice", sides=6), text("One."))
        assert (await game.send("Roll!")).tools[0].output == "1"


async def test_a_tool_that_never_works_is_given_up() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.tools["dice"] = OSError("no table")
        game.model.script(tool_call("dice", sides=6))
        with pytest.raises(NothingHappens, match="dice failed 20 times: no table"):
            await game.send("Roll!")


async def test_hold_waits_where_the_test_says() -> None:
    async with chat(roller) as game:
        game.model.script(hold(text("one two three"), after="two"))
        turn = await game.send("Count!", wait=False)
        assert (turn.status, turn.streamed, game.model.is_held) == ("running", "one two", True)
        game.model.release()
        await game.ended(turn)
        assert (turn.status, turn.streamed, turn.answer) == ("done", "one two three", "one two three")
    with pytest.raises(ValueError, match="“four” is no part of “one two”"):
        hold(text("one two"), after="four")


async def test_failures_wait_on_the_clock_of_the_test() -> None:
    async with chat(roller) as game:
        game.model.script(failure(429, retry_after=timedelta(hours=1)), text("At last."))
        turn = await game.send("Roll!", wait=False)
        await game.sleep(minutes=59)
        assert (turn.status, len(game.model.requests)) == ("running", 1)
        await game.sleep(minutes=2)
        assert (turn.answer, len(game.model.requests)) == ("At last.", 2)
