"""A tripped guardrail withdraws the streamed text, shows the reason, and stops the model at once."""

from pathlib import Path
from typing import Any

import pytest

from agentex_web.adk.testing import chat, hold, reasoning, text
from agents import Agent, GuardrailFunctionOutput, InputGuardrail, OutputGuardrail
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
        # The test does not release the model: the guardrail has ended the call.
        await guarded.ended()
        await guarded.rest()
        assert not guarded.temporal.activities_under_way
        guarded.tools["asks_for_secret"] = False
        await guarded.send("next")
    assert turn.error == REFUSED
    assert rows(turn) == [("error", "failed", REFUSED)]
    # Refused input is not given to the model in later turns.
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


CAUGHT = """
from agents import Agent, GuardrailFunctionOutput, InputGuardrailTripwireTriggered, Runner, input_guardrail
from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TextContent, workflow


@input_guardrail
async def no_spaghetti(context, agent, message):
    said = message if isinstance(message, str) else str(message[-1]["content"])
    return GuardrailFunctionOutput(None, "spaghetti" in said)


cook = Agent(name="Cook", input_guardrails=[no_spaghetti])


@workflow.defn(name="Caught")
class Caught:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        history = await adk.messages.history(parent=params.event.parent)
        try:
            await Runner.run(cook, [*history, *adk.input_of(params.event)])
        except InputGuardrailTripwireTriggered:
            note = TextContent(author="agent", content="Not about that.")
            await adk.messages.create(task_id=params.task.id, content=note)
"""


async def test_what_was_refused_is_forgotten_in_the_guides_form_too(tmp_path: Path) -> None:
    path = tmp_path / "caught.py"
    path.write_text(CAUGHT)
    async with chat(path) as opened:
        opened.model.script(text("About spaghetti."), text("Hello."))
        turn = await opened.send("spaghetti?")
        assert (turn.status, turn.answer) == ("done", "Not about that.")
        await opened.send("hi")
        assert opened.model.requests[-1].input == [
            {"role": "assistant", "content": "Not about that."},
            {"role": "user", "content": "hi"},
        ]


async def of_text(_context: Any, _agent: Any, words: str) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput("No secrets.", len(words) < 20 and "secret" in words.lower())


def of_anything(_context: Any, _agent: Any, words) -> GuardrailFunctionOutput:  # type: ignore[no-untyped-def]
    found = "secret" in words and "secret" in f"{words}" and words.strip().startswith("a")
    return GuardrailFunctionOutput("No secrets.", found)


def of_items(_context: Any, _agent: Any, items: str | list[Any]) -> GuardrailFunctionOutput:
    words = items if isinstance(items, str) else items[-1]["content"]
    return GuardrailFunctionOutput("No secrets.", "secret" in words)


@pytest.mark.parametrize("guard", [of_text, of_anything, of_items])
async def test_a_guardrail_may_expect_a_text_or_items(guard: Any) -> None:
    agent = Agent(name="Clerk", input_guardrails=[InputGuardrail(guard)])
    async with chat(agent) as clerk:
        clerk.model.script(text("Hello."), text("Well."))
        assert (await clerk.send("hello, this is no short message")).answer == "Hello."
        assert (await clerk.send("a secret")).error.endswith("No secrets.")


@pytest.mark.parametrize("kind", ["input", "output"])
async def test_a_guardrail_that_returns_something_else_says_what_to_return(kind: str) -> None:
    def wrong(*_: Any) -> Any:
        return True

    guards: dict[str, Any] = {"input": InputGuardrail(wrong), "output": OutputGuardrail(wrong)}
    async with chat(Agent(name="Clerk", **{f"{kind}_guardrails": [guards[kind]]})) as clerk:
        clerk.model.script(text("Hello."))
        turn = await clerk.send("hello")
    assert turn.error.startswith("A guardrail returned a bool. Return GuardrailFunctionOutput(")
