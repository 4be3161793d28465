"""Tools of every kind, handoffs, and agents as tools: each has one card, and the model gets the right input."""

import json

import pytest

from agentex_web.adk.testing import (
    chat,
    custom_tool_call,
    handoff,
    hold,
    reasoning,
    text,
    tool_call,
)
from tests.turns_in_memory.agents import example, kinds, of_tests, rows


async def test_a_tool_call_is_one_card_with_its_result() -> None:
    async with chat(example("weather")) as weather:
        weather.model.script(tool_call("get_weather", city="Oslo"), text("Fine."))
        turn = await weather.send("weather card")
    (call,) = turn.tools
    assert (call.name, json.loads(call.arguments), call.status) == ("get_weather", {"city": "Oslo"}, "done")
    assert call.output is not None and call.output.startswith("Oslo: ")
    assert [each.kind for each in turn.messages].count("tool_request") == 1
    assert weather.model.requests[0].tools == ["get_weather", "to_fahrenheit"]


async def test_a_tool_in_the_workflow_answers_too() -> None:
    async with chat(example("weather")) as weather:
        weather.model.script(tool_call("to_fahrenheit", celsius=21), text("70 °F."))
        turn = await weather.send("in Fahrenheit")
    assert ("tool_response", "done", "70 °F") in rows(turn)


async def test_a_tool_runs_while_its_card_says_so() -> None:
    async with chat(example("weather")) as weather:
        weather.model.script(tool_call("get_weather", city="Oslo"), text("Fine."))
        held = weather.tools.hold("get_weather")
        turn = await weather.send("how is it?", wait=False)
        assert [(call.status, call.output) for call in turn.tools] == [("streaming", None)]
        held.release("Oslo: snow")
        await weather.ended()
    assert [(call.status, call.output) for call in turn.tools] == [("done", "Oslo: snow")]


async def test_calls_of_one_answer_run_side_by_side() -> None:
    async with chat(of_tests("answers")) as answers:
        calls = [tool_call("slow_echo", words=f"number {n}", call_id=f"call_{n}") for n in range(3)]
        answers.model.script([reasoning("All."), *calls], text("Done."), text("Next."))
        held = answers.tools.hold("slow_echo")
        turn = await answers.send("side by side", wait=False)
        assert [call.status for call in turn.tools] == ["streaming"] * 3
        held.release("heard")
        await answers.ended()
        await answers.send("next")
    assert [json.loads(call.arguments)["words"] for call in turn.tools] == [
        "number 0",
        "number 1",
        "number 2",
    ]
    assert kinds(answers.model.requests[-1].input)[:-1] == [
        "user",
        "reasoning",
        *["function_call"] * 3,
        *["function_call_output"] * 3,
        "assistant",
    ]


async def test_a_custom_tool_gets_words_and_is_one_card() -> None:
    async with chat(of_tests("answers")) as answers:
        answers.model.script(custom_tool_call("shout", "be quiet, please"), text("Loud."), text("Next."))
        turn = await answers.send("shout it")
        await answers.send("next")
    assert rows(turn) == [
        ("tool_request", "done", "be quiet, please"),
        ("tool_response", "done", "BE QUIET, PLEASE"),
        ("text", "done", "Loud."),
    ]
    _, called, returned, _, _ = answers.model.requests[-1].input
    assert (called["type"], called["input"]) == ("custom_tool_call", "be quiet, please")
    assert returned["output"] == [{"type": "input_text", "text": "BE QUIET, PLEASE"}]


async def test_a_handoff_shows_who_took_over() -> None:
    async with chat(example("triage")) as triage:
        triage.model.script(handoff("billing"), text("A refund is due."))
        turn = await triage.send("handoff please")
    shown, said = turn.messages[1:]
    assert (shown.kind, shown.data) == ("handoff", {"from": "Triage", "to": "Billing Specialist"})
    assert not turn.tools
    assert (said.agent_name, said.content) == ("Billing Specialist", "A refund is due.")
    assert [each.agent for each in triage.model.requests] == ["Triage", "Billing Specialist"]


async def test_an_agent_that_is_a_tool_works_within_its_call() -> None:
    async with chat(of_tests("editor")) as editor:
        editor.model.script(
            [reasoning("Two helpers."), tool_call("translate", input="Latin for sea", call_id="call_latin")],
            text("It is *mare*."),
            text("Next."),
            agent="Editor",
        )
        look = tool_call("look_up", word="mare", call_id="call_look")
        editor.model.script([reasoning("A word."), look], text("mare"), agent="Translator")
        turn = await editor.send("what is the sea")
        await editor.send("next")
    shown = [
        (each.agent_name, each.kind, each.content, each.parent_tool_call_id) for each in turn.messages[1:]
    ]
    assert shown == [
        ("Editor", "reasoning", "Two helpers.", ""),
        ("Editor", "tool_request", '{"input": "Latin for sea"}', ""),
        ("Translator", "reasoning", "A word.", "call_latin"),
        ("Translator", "tool_request", '{"word": "mare"}', "call_latin"),
        ("Translator", "tool_response", "mare is in the dictionary", "call_latin"),
        ("Translator", "text", "mare", "call_latin"),
        ("Editor", "tool_response", "mare", ""),
        ("Editor", "text", "It is *mare*.", ""),
    ]
    assert {each.status for each in turn.messages} == {"done"}
    assert turn.answer == "It is *mare*."
    remembered = kinds(editor.model.requests[-1].input)[:-1]
    assert remembered == ["user", "reasoning", "function_call", "function_call_output", "assistant"]


async def test_two_agents_that_are_tools_work_side_by_side() -> None:
    async with chat(of_tests("editor")) as editor:
        calls = [
            tool_call("translate", input="the moon", call_id="call_one"),
            tool_call("judge", input="the moon", call_id="call_two"),
        ]
        editor.model.script(calls, text("Both said it."), agent="Editor")
        editor.model.script(hold(text("luna luna"), after="luna"), agent="Translator")
        editor.model.script(text("A fine moon."), agent="Critic")
        turn = await editor.send("two helpers", wait=False)
        assert [call.status for call in turn.tools] == ["streaming", "done"]
        editor.model.release()
        await editor.ended()
    inner = {
        (each.parent_tool_call_id, each.agent_name, each.content)
        for each in turn.messages
        if each.kind == "text" and each.parent_tool_call_id
    }
    assert inner == {("call_one", "Translator", "luna luna"), ("call_two", "Critic", "A fine moon.")}
    assert rows(turn)[-1] == ("text", "done", "Both said it.")


@pytest.mark.parametrize(
    ("asked", "tool", "result"),
    [
        ("sell the lamp", "sell", ("failed", "It was not run.")),
        ("silent, the price of the lamp", "price", ("done", None)),
    ],
)
async def test_a_call_that_an_authors_own_workflow_leaves_open(
    asked: str, tool: str, result: tuple[str, str | None]
) -> None:
    async with chat(of_tests("own_hooks")) as shop:
        shop.model.script(tool_call(tool, name="lamp"), text("Well."))
        turn = await shop.send(asked)
    (call,) = turn.tools
    (response,) = [each for each in turn.messages if each.kind == "tool_response"]
    assert response.status == result[0]
    assert result[1] is None or call.output == result[1]
