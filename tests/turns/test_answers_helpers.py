"""Agents used as tools: their messages are shown inside their call and are not part of the answer."""

from agentex_web.positions import OPENING
from tests.support.model_server import function_call, reasoning, step, text
from tests.support.people import Person, last_turn
from tests.support.shown import assert_the_same_after_a_reload, server_id
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched


def test_an_agent_that_is_a_tool_works_within_its_call(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(reasoning("Two helpers."), function_call("translate", {"input": "Latin for sea"}, "call_latin")),
        step(text("It is *mare*.")),
        match="what is the sea",
    )
    stack.model.script_steps(
        step(reasoning("A word."), function_call("look_up", {"word": "mare"}, "call_look")),
        step(text("mare")),
        match="Latin for sea",
    )
    task, socket = watched(person, "editor", "what is the sea")
    shown = last_turn(task).messages.exclude(position=OPENING).order_by("position")
    assert [
        (row.agent_name, row.kind, row.content, server_id(row.data.get("inside", ""))) for row in shown
    ] == [
        ("Editor", "reasoning", "Two helpers.", ""),
        ("Editor", "tool_request", '{"input": "Latin for sea"}', ""),
        ("Translator", "reasoning", "A word.", "call_latin"),
        ("Translator", "tool_request", '{"word": "mare"}', "call_latin"),
        ("Translator", "tool_response", "mare is in the dictionary", "call_latin"),
        ("Translator", "text", "mare", "call_latin"),
        ("Editor", "tool_response", "mare", ""),
        ("Editor", "text", "It is *mare*.", ""),
    ]
    assert {row.status for row in shown} == {"done"}
    assert_the_same_after_a_reload(person, task, socket)
    # The agent remembers only the helper's result.
    kinds = [item.get("role") or item["type"] for item in next_input(stack, person, task)]
    assert kinds == ["user", "reasoning", "function_call", "function_call_output", "assistant"]


def test_two_agents_that_are_tools_work_side_by_side(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(
            function_call("translate", {"input": "translate the moon"}, "call_one"),
            function_call("judge", {"input": "judge the moon"}, "call_two"),
        ),
        step(text("Both said it.")),
        match="two helpers",
    )
    stack.model.script(text("luna luna luna"), match="translate the moon", tokens_per_second=20)
    stack.model.script(text("A fine moon."), match="judge the moon", tokens_per_second=20)
    task, socket = watched(person, "editor", "two helpers")
    said = last_turn(task).messages.filter(kind="text", author="agent", data__has_key="inside")
    assert {(server_id(row.data["inside"]), row.agent_name, row.content) for row in said} == {
        ("call_one", "Translator", "luna luna luna"),
        ("call_two", "Critic", "A fine moon."),
    }
    assert agent_rows(task)[-1] == ("text", "done", "Both said it.")
    assert_the_same_after_a_reload(person, task, socket)
