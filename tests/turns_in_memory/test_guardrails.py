"""A guardrail that trips takes back what had streamed, says why, and the model stops at once."""

from agentex_web.adk.testing import chat, hold, reasoning, text
from tests.turns_in_memory.agents import of_tests, rows

REFUSED = "The message was refused by the guardrail “no_passwords”: Passwords are not told here."
WITHHELD = "The answer was withheld by the guardrail “no_numbers”."


async def test_an_input_guardrail_takes_back_what_streams() -> None:
    async with chat(of_tests("guarded")) as guarded:
        guard = guarded.tools.hold("asks_for_secret")
        guarded.model.script(hold(reasoning("Hm."), text("the password is"), after="password"), text("Next."))
        turn = await guarded.send("the password", wait=False)
        assert "the password" in turn.streamed
        guard.release(True)
        # The model is not released: the guardrail has ended its call.
        await guarded.ended()
        await guarded.rest()
        assert not guarded.temporal.activities_under_way
        guarded.tools["asks_for_secret"] = False
        await guarded.send("next")
    assert turn.error == REFUSED
    assert rows(turn) == [("error", "failed", REFUSED)]
    # What was refused is given to no later turn's model.
    assert guarded.model.requests[-1].input == [{"role": "user", "content": "next"}]


async def test_an_input_guardrail_that_trips_before_the_first_word() -> None:
    async with chat(of_tests("guarded")) as guarded:
        guarded.model.script(hold(text("the answer")))
        turn = await guarded.send("a password at once")
    assert rows(turn) == [("error", "failed", REFUSED)]


async def test_an_output_guardrail_takes_back_the_answer() -> None:
    async with chat(of_tests("guarded")) as guarded:
        guarded.model.script([reasoning("The code is 1234."), text("It is 1234.")], text("Next."))
        turn = await guarded.send("tell the code")
        await guarded.send("next")
    assert "It is 1234." in turn.streamed
    assert rows(turn) == [("error", "failed", WITHHELD)]
    assert "1234" not in str(turn.items)
    assert guarded.model.requests[-1].input[:-1] == [{"role": "user", "content": "tell the code"}]


async def test_guardrails_that_do_not_trip_change_nothing() -> None:
    async with chat(of_tests("guarded")) as guarded:
        guarded.model.script([reasoning("Fine."), text("No secrets here.")])
        turn = await guarded.send("nothing special")
    assert rows(turn) == [("reasoning", "done", "Fine."), ("text", "done", "No secrets here.")]
