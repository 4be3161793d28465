"""Agents that run quietly appear as steps in a fold, not as answers. Answers from code are shown."""

from types import ModuleType
from typing import Any

import pytest

from agentex_web import adk
from agentex_web.adk.testing import chat, hold, text, tool_call
from agentex_web.adk.testing.loading import Target
from agents import (
    Agent,
    GuardrailFunctionOutput,
    RunContextWrapper,
    Runner,
    ToolGuardrailFunctionOutput,
    ToolOutputGuardrailData,
    function_tool,
    input_guardrail,
    output_guardrail,
    tool_output_guardrail,
)
from tests.turns_in_memory.agents import rows

judge = Agent(name="Judge", instructions="Is it about homework? yes or no")


async def homework(text_: str) -> GuardrailFunctionOutput:
    verdict = await Runner.run(judge, text_)
    return GuardrailFunctionOutput("No homework.", verdict.final_output == "yes")


@input_guardrail
async def no_homework(
    _context: RunContextWrapper[Any], _agent: Agent[Any], said: Any
) -> GuardrailFunctionOutput:
    return await homework(str(said[-1]["content"]))


@output_guardrail
async def no_solutions(
    _context: RunContextWrapper[Any], _agent: Agent[Any], said: str
) -> GuardrailFunctionOutput:
    return await homework(said)


def module(agent: Agent[Any]) -> ModuleType:
    made = ModuleType("tutor")
    made.agent = agent  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    "guards", [{"input_guardrails": [no_homework]}, {"output_guardrails": [no_solutions]}]
)
async def test_the_verdict_of_a_guardrails_judge_is_a_step(guards: dict[str, Any]) -> None:
    async with chat(module(Agent(name="Tutor", **guards))) as tutor:
        tutor.model.script(text("no"), text("no"), agent="Judge")
        tutor.model.script(text("Paris."), text("Oslo."), agent="Tutor")
        turn = await tutor.send("the capital of France?")
        await tutor.send("and of Norway?")
    assert turn.answer == "Paris."
    assert ("reasoning", "done", "no") in rows(turn)
    asked = [each for each in tutor.model.requests if each.agent == "Tutor"][-1]
    assert [item["role"] for item in asked.input] == ["user", "assistant", "user"]


class Drafts(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        writer = Agent(name="Writer")
        plan = await turn.run(Agent(name="Planner"), turn.input, quiet=True)
        with adk.quiet():
            draft = await Runner.run(writer, plan.final_output)
        await turn.say(f"I have chosen: {draft.final_output}")


async def test_planners_and_drafts_are_steps() -> None:
    async with chat(Drafts) as drafts:
        drafts.model.script(text("1. rhyme"), text("Roses are red"))
        turn = await drafts.send("a poem")
    assert rows(turn) == [
        ("reasoning", "done", "1. rhyme"),
        ("reasoning", "done", "Roses are red"),
        ("text", "done", "I have chosen: Roses are red"),
    ]
    assert turn.items == [
        {"role": "user", "content": "a poem"},
        {"role": "assistant", "content": "I have chosen: Roses are red"},
    ]


async def test_a_quiet_agent_that_is_stopped_leaves_nothing_in_the_conversation() -> None:
    async with chat(Drafts) as drafts:
        drafts.model.script(hold(text("1. rhyme 2. scan"), after="1. rhyme"))
        turn = await drafts.send("a poem", wait=False)
        await drafts.stop(turn)
    assert rows(turn) == [("reasoning", "interrupted", "1. rhyme")]
    assert [item["role"] for item in turn.items] == ["user"]


@function_tool
async def weather(city: str) -> str:
    """The weather."""
    return f"{city}: sunny"


def in_capitals(_context: Any, results: Any) -> Any:
    from agents import ToolsToFinalOutputResult

    return ToolsToFinalOutputResult(True, str(results[0].output).upper())


@pytest.mark.parametrize(
    ("behavior", "answer"), [("stop_on_first_tool", "Oslo: sunny"), (in_capitals, "OSLO: SUNNY")]
)
async def test_an_answer_that_code_makes_is_shown_and_remembered(behavior: Any, answer: str) -> None:
    agent = Agent(name="Weather", tools=[weather], tool_use_behavior=behavior)
    async with chat(agent) as opened:
        opened.model.script(tool_call("weather", city="Oslo"), text("You are welcome."))
        turn = await opened.send("Oslo?")
        await opened.send("thanks")
    assert (turn.answer, turn.messages[-1].agent_name) == (answer, "Weather")
    assert {"role": "assistant", "content": answer} in opened.model.requests[-1].input


@tool_output_guardrail
def no_numbers(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
    if any(each.isdigit() for each in str(data.output)):
        return ToolGuardrailFunctionOutput.raise_exception("It holds a number.")
    return ToolGuardrailFunctionOutput.allow()


async def test_a_tools_guardrail_that_trips_reads_well() -> None:
    @function_tool(tool_output_guardrails=[no_numbers])
    async def salary() -> str:
        """The salary."""
        return "5000"

    async with chat(Agent(name="Clerk", tools=[salary])) as clerk:
        clerk.model.script(tool_call("salary"))
        turn = await clerk.send("what do I earn?")
    assert turn.error == "A tool's result was withheld by the guardrail “no_numbers”: It holds a number."


class Streamed(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        result = Runner.run_streamed(Agent(name="Weather", tools=[weather]), list(turn.input))
        seen: list[str] = []
        async for event in result.stream_events():
            if event.type == "raw_response_event":
                seen.append(event.data.type.removeprefix("response."))
            elif event.type == "run_item_stream_event":
                seen.append(event.name)
        await turn.say(", ".join(dict.fromkeys(seen)), author="system")


async def test_runner_run_streamed_works_in_workflows() -> None:
    async with chat(Streamed) as opened:
        opened.model.script(tool_call("weather", city="Oslo"), text("Sunny."))
        turn = await opened.send("Oslo?")
    assert turn.status == "done", turn.error
    said = [each for _, _, each in rows(turn)]
    assert said[-2:] == [
        "Sunny.",
        "created, output_item.added, function_call_arguments.delta, function_call_arguments.done, "
        "output_item.done, completed, tool_called, tool_output, content_part.added, output_text.delta, "
        "output_text.done, content_part.done, message_output_created",
    ]


def reporting() -> Target:
    events: list[str] = []

    async def on_stream(event: Any) -> None:
        events.append(event["event"].type)

    asked = Agent(name="Scholar").as_tool("ask_scholar", "Knows things.", on_stream=on_stream)
    made = module(Agent(name="Desk", tools=[asked]))
    made.events = events  # type: ignore[attr-defined]
    return made


async def test_an_agent_as_a_tool_may_stream_to_its_author() -> None:
    desk = reporting()
    async with chat(desk, check_replay=False) as opened:
        opened.model.script(tool_call("ask_scholar", input="why?"), text("So."), agent="Desk")
        opened.model.script(text("Because."), agent="Scholar")
        turn = await opened.send("why?")
    assert (turn.answer, turn.tools[0].output) == ("So.", "Because.")
    assert "raw_response_event" in desk.events  # type: ignore[union-attr]
    assert [each.content for each in turn.messages if each.parent_tool_call_id] == ["Because."]


async def test_an_agent_may_have_a_model_object() -> None:
    from agents import OpenAIProvider

    made = module(Agent(name="Poet", model=OpenAIProvider(api_key="own").get_model("small")))
    async with chat(made) as poet:
        poet.model.script(text("Rain."))
        turn = await poet.send("write")
    assert turn.answer == "Rain."
    assert poet.model.requests[0].model == "tutor/0/small"
