"""Workflows in the shapes of Temporal's samples: their run is called with each message, and returns the answer."""

from pathlib import Path

import pytest
from temporalio import workflow

from agentex_web import adk
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import chat, text
from agentex_web.adk.testing.loading import load_file
from agentex_web.compat.one_shot import PATCH_NO_ANSWER

FILE = """
from __future__ import annotations
from dataclasses import dataclass
from pydantic import BaseModel
from temporalio import workflow
from agents import Agent, Runner

@dataclass
class Joke:
    prompt: str
    many: int = 3

class Question(BaseModel):
    words: str
    language: str | None = None

class Result(BaseModel):
    number: int

@workflow.defn
class Sample:
    @workflow.run
    async def run(self{parameters}){returns}:
        {code}
"""

SHAPES = {
    "number": (
        ", number: int",
        " -> Result",
        "return Result(number=number * 2)",
        " 21 ",
        '{\n  "number": 42\n}',
    ),
    "default": (
        ", name: str | None = None, url: str = ''",
        "",
        "return f'Hello, {name}'",
        "Ada",
        "Hello, Ada",
    ),
    "untyped": (", prompt", "", "return prompt.upper()", "tea", "TEA"),
    "dataclass": (", input: Joke", " -> str", "return f'{input.prompt} {input.many}'", "tea", "tea 3"),
    "model": (", question: Question", " -> str", "return f'{question.words}!'", "tea", "tea!"),
    "structured": (
        ", prompt: str",
        " -> Result",
        "return (await Runner.run(Agent(name='A', output_type=Result), prompt)).final_output",
        "go",
        '{ "number":7}',
    ),
    "nothing": (
        "",
        " -> str",
        "return (await Runner.run(Agent(name='A'), 'the same each time')).final_output",
        "go",
        "From the model.",
    ),
}


def sample(folder: Path, parameters: str, returns: str, code: str) -> Path:
    path = folder / "sample.py"
    path.write_text(FILE.format(parameters=parameters, returns=returns, code=code))
    return path


INIT = """
    @workflow.init
    def __init__(self, prompt: str) -> None:
        self.prompt = prompt

    @workflow.run"""


async def test_an_object_with_the_arguments_of_run_gets_them(tmp_path: Path) -> None:
    path = sample(tmp_path, ", prompt: str", " -> str", "return self.prompt + prompt")
    path.write_text(path.read_text().replace("\n    @workflow.run", INIT))
    async with chat(path) as opened:
        turn = await opened.send("tea")
    assert (turn.status, turn.answer) == ("done", "teatea"), turn.error


@pytest.mark.parametrize("shape", SHAPES)
async def test_each_shape_answers_each_message(tmp_path: Path, shape: str) -> None:
    parameters, returns, code, message, answer = SHAPES[shape]
    async with chat(sample(tmp_path, parameters, returns, code)) as opened:
        # What the model has said is not said again, also if it is data in another form.
        opened.model.script(*2 * [text(answer if shape == "structured" else "From the model.")])
        turns = [await opened.send(message) for _ in range(2)]
    for turn in turns:
        assert turn.status == "done", turn.error
        assert [each.content for each in turn.messages[1:]] == [answer]


async def test_one_that_continues_as_new_goes_on(tmp_path: Path) -> None:
    body = "if len(prompt) < 9:\n            workflow.continue_as_new(prompt + '+')\n        return prompt"
    async with chat(sample(tmp_path, ", prompt: str", " -> str", body)) as opened:
        turns = [await opened.send("tea"), await opened.send("coffee")]
        assert [turn.answer for turn in turns] == ["tea++++++", "coffee+++"]


async def test_one_that_continues_without_end_is_ended(tmp_path: Path) -> None:
    async with chat(
        sample(tmp_path, ", prompt: str", " -> str", "workflow.continue_as_new(prompt)")
    ) as opened:
        assert "more than 200 times" in (await opened.send("tea")).error


class Restless(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        workflow.continue_as_new()


async def test_a_chat_may_not_continue_as_new_by_itself() -> None:
    async with chat(Restless) as opened:
        turn = await opened.send("tea")
        assert "workflow.continue_as_new() in a turn" in turn.error
        assert (await opened.send("again")).status == "failed"


LAUNCHING = """
from temporalio import workflow
from agentex_web import adk

@workflow.defn
class Countdown:
    @workflow.run
    async def run(self, seconds: int) -> str:
        if seconds > 0:
            workflow.continue_as_new(seconds - 1)
        return "Lift off"

class Launching(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.say(await workflow.execute_child_workflow(Countdown.run, 3))
"""


async def test_a_child_workflow_may_continue_as_new(tmp_path: Path) -> None:
    path = tmp_path / "launching.py"
    path.write_text(LAUNCHING)
    async with chat(path) as opened:
        turn = await opened.send("go")
        assert (turn.status, turn.answer) == ("done", "Lift off"), turn.error


async def test_one_that_returns_nothing_says_so(tmp_path: Path) -> None:
    async with chat(sample(tmp_path, ", prompt: str", " -> None", "self.prompt = prompt")) as opened:
        turn = await opened.send("tea")
    assert (turn.status, turn.messages[-1].content) == ("done", "Sample has ended without an answer.")


async def test_a_recorded_one_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patched = workflow.patched
    monkeypatch.setattr(workflow, "patched", lambda each: each != PATCH_NO_ANSWER and patched(each))
    async with chat(sample(tmp_path, ", prompt: str", " -> None", "self.prompt = prompt")) as opened:
        turn = await opened.send("tea")
    assert (turn.status, len(turn.messages)) == ("done", 1)


def test_one_that_waits_for_a_signal_is_refused(tmp_path: Path) -> None:
    path = sample(tmp_path, ", prompt: str", " -> str", "await workflow.wait_condition(lambda: self.is_over)")
    path.write_text(
        path.read_text() + "    @workflow.signal\n    def end(self) -> None:\n        self.is_over = True\n"
    )
    with pytest.raises(BadAgentFile, match="Sample waits for “end”, which a chat does not send."):
        load_file(path)


def test_one_that_gets_its_messages_by_an_update_is_refused(tmp_path: Path) -> None:
    path = sample(tmp_path, ", prompt: str = ''", "", "await workflow.wait_condition(lambda: False)")
    path.write_text(
        path.read_text()
        + "    @workflow.update(name='message')\n    async def answer(self, text: str) -> str:\n        return text\n"
    )
    with pytest.raises(
        BadAgentFile, match=r"update “message”, .* turn\), which calls await self.answer\(…\)"
    ):
        load_file(path)


async def test_a_message_that_does_not_fit_is_refused_with_what_would(tmp_path: Path) -> None:
    async with chat(sample(tmp_path, *SHAPES["number"][:3])) as opened:
        turn = await opened.send("many")
    assert turn.error == "This agent takes a whole number, and nothing else, as a message."


@pytest.mark.parametrize(
    ("parameters", "returns", "remedy"),
    [
        (", first: str, second: str", " -> str", "as in: async def run(self, message: str) -> str"),
        (", first: list[str]", " -> None", "Derive it from adk.Workflow and write on_message"),
        ("", "", "Derive it from adk.Workflow and write on_message"),
    ],
)
def test_other_shapes_are_refused_with_a_remedy(
    tmp_path: Path, parameters: str, returns: str, remedy: str
) -> None:
    with pytest.raises(BadAgentFile, match="Sample takes no messages") as refused:
        load_file(sample(tmp_path, parameters, returns, "return ''"))
    assert remedy in str(refused.value)
