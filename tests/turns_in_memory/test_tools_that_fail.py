"""Tool calls that fail, that cannot be run, and what the model is told of them."""

import pytest

from agentex_web.adk.testing import (
    chat,
    failure,
    reasoning,
    text,
    tool_call,
)
from tests.turns_in_memory.agents import example, kinds, of_tests, rows

REJECTED = "System files stay as they are."


async def test_a_tool_that_fails_is_tried_again_by_its_policy() -> None:
    async with chat(of_tests("failing_tool")) as warehouse:
        warehouse.model.script(tool_call("ask_the_warehouse", item="lamps"), text("Noted."))
        warehouse.tools["ask_the_warehouse"] = ConnectionError("the warehouse does not answer")
        turn = await warehouse.send("stock of lamps", wait=False)
        (request,) = [each for each in turn.messages if each.kind == "tool_request"]
        assert (request.status, request.attempt) == ("streaming", 2)
        assert request.error == "ConnectionError: the warehouse does not answer"
        warehouse.tools["ask_the_warehouse"] = "lamps: 12 in stock"
        await warehouse.sleep(minutes=11)
    assert turn.status == "done"
    assert [(call.output, call.attempt) for call in turn.tools] == [("lamps: 12 in stock", 2)]
    assert request.error == ""


@pytest.mark.parametrize(
    ("tool", "error"),
    [
        ("ask_an_expert", "LookupError: the expert does not know"),
        ("ask_in_a_hurry", "ConnectionError: nobody is there"),
    ],
    ids=["an error that is not tried again", "no time for another attempt"],
)
async def test_a_last_attempt_fails_the_turn(tool: str, error: str) -> None:
    async with chat(of_tests("failing_tool")) as warehouse:
        warehouse.model.script(tool_call(tool, item="moon"))
        turn = await warehouse.send("please")
    assert turn.status == "failed" and error in turn.error
    assert [(call.status, call.attempt) for call in turn.tools] == [("failed", 1)]


async def test_a_call_with_broken_arguments_is_asked_for_again() -> None:
    async with chat(example("weather")) as weather:
        broken = tool_call("get_weather", arguments_json='{"city": "Os')
        weather.model.script(broken, tool_call("get_weather", city="Oslo"), text("Fine."))
        turn = await weather.send("broken arguments")
    assert [row[0] for row in rows(turn)] == ["tool_request", "tool_response", "text"]


async def test_arguments_that_do_not_fit_an_activity_are_explained_to_the_model() -> None:
    async with chat(example("weather")) as weather:
        weather.model.script(tool_call("get_weather", city=5), text("Which city?"))
        turn = await weather.send("How is it?")
    assert (turn.status, turn.answer) == ("done", "Which city?")
    [call] = turn.tools
    assert "Input should be a valid string" in call.output


async def test_a_tool_that_the_agent_lacks_is_reported_to_the_model() -> None:
    async with chat(example("weather")) as weather:
        weather.model.script(
            tool_call("make_rain", city="Oslo"), tool_call("get_weather", city="Oslo"), text("It rains.")
        )
        turn = await weather.send("rain, please")
        assert "make_rain" in str(weather.model.requests[1].input[-1]["output"])
    assert (turn.status, turn.answer) == ("done", "It rains.")
    assert [(call.name, call.status) for call in turn.tools] == [
        ("make_rain", "failed"),
        ("get_weather", "done"),
    ]


async def test_a_call_that_a_guardrail_rejects_says_what_the_model_is_given() -> None:
    async with chat(of_tests("careful")) as careful:
        calls = [tool_call("rename_file", name=name, call_id=f"call_{name}") for name in ("system", "notes")]
        careful.model.script(calls, text("One of them."), text("Next."))
        turn = await careful.send("rename both")
        await careful.send("next")
    assert {each.status for each in turn.messages if each.kind == "tool_request"} == {"done"}
    responses = {each.tool_call_id: each for each in turn.messages if each.kind == "tool_response"}
    assert {call.tool_call_id: call.output for call in turn.tools} == {
        "call_system": REJECTED,
        "call_notes": "notes is renamed",
    }
    assert (responses["call_system"].status, responses["call_notes"].status) == ("failed", "done")
    given = [item["output"] for item in careful.model.requests[-1].input if "output" in item]
    assert given == [REJECTED, "notes is renamed"]


async def test_a_failure_after_a_tool_keeps_what_the_tool_did() -> None:
    async with chat(of_tests("slow_tools")) as slow:
        slow.tools["count_up"] = "kept ran 1 time"
        slow.model.script(
            [reasoning("A tool."), text("I count."), tool_call("count_up", name="kept")],
            failure(400, text("one two"), retry=False),
            text("Next."),
        )
        turn = await slow.send("fails after a tool")
        await slow.send("next")
    assert turn.status == "failed"
    asked = slow.model.requests[-1].input[:-1]
    assert kinds(asked) == [
        "user",
        "reasoning",
        "assistant",
        "function_call",
        "function_call_output",
        "assistant",
    ]
    assert asked[4]["output"] == "kept ran 1 time"
