"""Every kind of text (several texts and thoughts, refusals, sources, JSON): live, reloaded and remembered."""

import pytest

from tests.support.model_server import function_call, reasoning, refusal, step, text
from tests.support.people import Person, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched


def test_several_texts_and_thoughts_are_several_messages(stack: Stack, person: Person) -> None:
    stack.model.script(
        reasoning("First, this.", "Then **that**.", raw="raw thought"),
        text("Part one."),
        reasoning("More."),
        text("Part *two*."),
        match="several items",
    )
    task, socket = watched(person, "haiku", "several items")
    assert agent_rows(task) == [
        ("reasoning", "done", "First, this.\n\nThen **that**.\n\nraw thought"),
        ("text", "done", "Part one."),
        ("reasoning", "done", "More."),
        ("text", "done", "Part *two*."),
    ]
    assert socket.streamed() == "First, this.\n\nThen **that**.\n\nraw thoughtPart one.More.Part *two*."
    page = assert_the_same_after_a_reload(person, task, socket)
    assert "<em>two</em>" in page and "<strong>that</strong>" in page


def test_thoughts_come_back_to_the_model_with_their_ids_and_their_ciphertext(
    stack: Stack, person: Person
) -> None:
    thought = {**reasoning("Hm.", raw="hm hm"), "encrypted_content": "c2VjcmV0"}
    stack.model.script(thought, text("Yes."), match="encrypted thought")
    task, _ = watched(person, "haiku", "encrypted thought")
    user, reasoned, said = next_input(stack, person, task)
    assert user == {"role": "user", "content": "encrypted thought"}
    assert reasoned["type"] == "reasoning" and reasoned["id"].startswith("rs_")
    assert reasoned["encrypted_content"] == "c2VjcmV0"
    assert reasoned["summary"] == [{"type": "summary_text", "text": "Hm."}]
    assert reasoned["content"] == [{"type": "reasoning_text", "text": "hm hm"}]
    assert said["id"].startswith("msg_") and said["content"][0]["text"] == "Yes."


def test_a_refusal_is_told_and_remembered_as_one(stack: Stack, person: Person) -> None:
    stack.model.script(reasoning("Better not."), refusal("I will not do that."), match="refuse me")
    task, socket = watched(person, "haiku", "refuse me", "failed")
    assert agent_rows(task) == [
        ("reasoning", "done", "Better not."),
        ("text", "failed", "I will not do that."),
    ]
    page = assert_the_same_after_a_reload(person, task, socket)
    assert "The model declined to answer." in page
    _, reasoned, refused = next_input(stack, person, task)
    assert reasoned["type"] == "reasoning"
    assert refused["content"] == [{"type": "refusal", "refusal": "I will not do that."}]


def test_sources_are_listed_under_the_answer(stack: Stack, person: Person) -> None:
    cited = [
        {"url": "https://example.com/tides", "title": "Tides <today>", "end_index": 5},
        {"url": "https://example.com/tides", "title": "Tides again", "end_index": 9},
        {"url": "javascript:alert(1)", "title": "Not a page", "end_index": 9},
    ]
    stack.model.script(text("It is high tide.", citations=cited), match="cite it")
    task, socket = watched(person, "haiku", "cite it")
    message = last_turn(task).messages.get(author="agent")
    assert message.data["citations"] == [{"url": "https://example.com/tides", "title": "Tides <today>"}]
    page = assert_the_same_after_a_reload(person, task, socket)
    assert page.count('<a href="https://example.com/tides"') == 1
    assert "Tides &lt;today&gt;" in page and "javascript:" not in page
    assert len(next_input(stack, person, task)[1]["content"][0]["annotations"]) == 3


def test_an_answer_in_json_is_shown_readably(stack: Stack, person: Person) -> None:
    answer = '{"city":"Oslo","days":[{"sky":"rain","high":9}]}'
    stack.model.script(text(answer), match="forecast please")
    task, socket = watched(person, "forecast", "forecast please")
    message = last_turn(task).messages.get(author="agent")
    assert message.content == answer
    assert 'data-language="json"' in message.html and message.html.count("\n") > 5
    assert_the_same_after_a_reload(person, task, socket)
    assert stack.model.requests("forecast please")[0]["body"]["text"]["format"]["type"] == "json_schema"


SILENT = ["response.output_item.added", "response.content_part.added", "response.content_part.done"]


@pytest.mark.parametrize("deltas", ["with deltas", "without deltas"])
def test_a_server_that_announces_nothing_is_understood(stack: Stack, person: Person, deltas: str) -> None:
    """Servers differ in what they stream, but the last event always contains the whole answer."""
    omitted = [*SILENT, "response.output_item.done", "response.output_text.done"]
    if deltas == "without deltas":
        omitted.append("response.output_text.delta")
    stack.model.script(text("All **of** it."), match=f"a terse server {deltas}", omit=omitted)
    task, socket = watched(person, "haiku", f"a terse server {deltas}")
    assert agent_rows(task) == [("text", "done", "All **of** it.")]
    assert socket.streamed() == "All **of** it."
    assert_the_same_after_a_reload(person, task, socket)


def test_a_tool_call_that_was_not_announced_is_one_card(stack: Stack, person: Person) -> None:
    call = {
        **step(function_call("slow_echo", {"words": "hear"})),
        "omit": [*SILENT, "response.output_item.done"],
    }
    stack.model.script_steps(call, step(text("Heard.")), match="a terse call")
    task, socket = watched(person, "answers", "a terse call")
    assert [each[:2] for each in agent_rows(task)] == [
        ("tool_request", "done"),
        ("tool_response", "done"),
        ("text", "done"),
    ]
    assert_the_same_after_a_reload(person, task, socket)
