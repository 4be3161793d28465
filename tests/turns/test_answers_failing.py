"""Answers that fail or are interrupted: their text stays, the reason is shown, and the conversation continues.

tests/unit/worker/test_failing_streams.py has every kind of failure; here is one that is final, one that cuts the answer, and
two that may pass.
"""

import json

import pytest

from agentex_web.positions import OPENING
from tests.support.model_server import (
    Json,
    drop,
    end,
    failed,
    function_call,
    incomplete,
    reasoning,
    step,
    text,
)
from tests.support.people import Person, ended, last_turn
from tests.support.shown import assert_the_same_after_a_reload
from tests.support.stack import Stack
from tests.support.turn_watching import agent_rows, next_input, watched

WORDS = "one two three four five six"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (failed(3, "It is full.", code="invalid_prompt"), "The model failed: It is full."),
        (incomplete(3), "The answer reached the model's length limit."),
    ],
    ids=["failed", "too long"],
)
def test_an_answer_that_ends_badly_keeps_its_words_and_tells_why(
    stack: Stack, person: Person, fault: Json, reason: str
) -> None:
    stack.model.script(reasoning("Hm."), text(WORDS), match="ends badly", fault=fault)
    task, socket = watched(person, "haiku", "ends badly", "failed")
    turn = last_turn(task)
    assert turn.error == reason
    thought, said = turn.messages.exclude(position=OPENING).order_by("position")
    assert (thought.kind, thought.status) == ("reasoning", "done")
    assert (said.status, said.error) == ("failed", reason)
    assert said.content and WORDS.startswith(said.content) and said.content != WORDS
    page = assert_the_same_after_a_reload(person, task, socket)
    assert page.count(reason.replace("'", "&#x27;")) >= 1
    assert len(stack.model.requests("ends badly")) == 1
    assert next_input(stack, person, task) == [
        {"role": "user", "content": "ends badly"},
        {"role": "assistant", "content": said.content},
    ]


@pytest.mark.parametrize("fault", [end(), drop(3)], ids=["ended before the start", "dropped"])
def test_what_may_pass_is_tried_again_and_shown_once(stack: Stack, person: Person, fault: Json) -> None:
    stack.model.script(reasoning("Hm."), text("zero"), text(WORDS), match="try this again", fault=fault)
    stack.model.script(text(WORDS), match="try this again")
    task, socket = watched(person, "haiku", "try this again")
    assert agent_rows(task) == [("text", "done", WORDS)]
    assert last_turn(task).attempt == 2
    if fault == drop(3):
        assert any(frame["type"] == "reset" for frame in socket.frames)
    assert_the_same_after_a_reload(person, task, socket)
    assert [item["role"] for item in next_input(stack, person, task)] == ["user", "assistant"]


def test_a_failure_after_the_last_word_is_told_all_the_same(stack: Stack, person: Person) -> None:
    stack.model.script(text(WORDS), match="all said", fault=incomplete(100))
    task, socket = watched(person, "haiku", "all said", "failed")
    ((kind, status, content),) = agent_rows(task)
    assert (kind, status, content) == ("text", "failed", WORDS)
    assert_the_same_after_a_reload(person, task, socket)


def test_a_failure_before_the_first_word_is_told(stack: Stack, person: Person) -> None:
    stack.model.script(match="nothing said", fault=failed(0, "No.", code="invalid_prompt"))
    task, socket = watched(person, "haiku", "nothing said", "failed")
    (row,) = last_turn(task).messages.exclude(position=OPENING)
    assert (row.status, row.content, row.error) == ("failed", "", "The model failed: No.")
    assert_the_same_after_a_reload(person, task, socket)
    left_out = "(A message was left out, because the model refused it.)"
    assert next_input(stack, person, task) == [{"role": "user", "content": left_out}]


def test_what_is_no_text_is_kept_without_what_no_database_takes(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(function_call("read_binary", {"name": "a.out"}, "call_binary")),
        step(text("It is a \x00 program.")),
        match="read a.out",
    )
    turn = ended(last_turn(person.begin("binary", "read a.out")))
    assert turn.status == "done"
    assert turn.messages.get(kind="tool_response").content == "ELF\x01 a.out"
    assert turn.answers().get().content == "It is a  program."
    assert "\\u0000" not in json.dumps(turn.items)
