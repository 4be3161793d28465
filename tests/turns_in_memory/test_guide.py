"""The guide's promises, with files written as in the guide (tests/agents/guide.py, custom_hooks.py)."""

from types import ModuleType

import pytest

from agentex_web import adk
from agentex_web.adk import TemporalStreamingHooks
from agentex_web.adk.testing import KeptTurn, chat, hold, text, tool_call
from agents import Agent, Tool, function_tool
from tests.turns_in_memory.agents import of_tests


def said(turn: KeptTurn) -> list[tuple[str, str, str]]:
    """Status, text and enclosing tool call of each text message."""
    return [
        (each.status, each.content, each.parent_tool_call_id) for each in turn.messages if each.kind == "text"
    ]


async def test_the_hello_world_shows_each_message_once() -> None:
    async with chat(of_tests("guide")) as guide:
        guide.model.script(text("Five, seven, and five."))
        turn = await guide.send("guide hello")
    assert turn.said == [("user", "text", "guide hello"), ("agent", "text", "Five, seven, and five.")]
    assert turn.streamed == "Five, seven, and five."


async def test_two_quick_messages_to_the_guides_workflow_are_answered_one_after_the_other() -> None:
    async with chat(of_tests("guide")) as guide:
        guide.model.script(hold(text("First answer."), after="First"), text("Second answer."))
        first, second = await guide.queue("guide one", "guide two")
        assert (first.status, second.status, len(guide.model.requests)) == ("running", "queued", 1)
        guide.model.release()
        await guide.ended()
    assert (first.answer, second.answer) == ("First answer.", "Second answer.")


async def test_custom_hooks_hide_announce_and_log(capsys: pytest.CaptureFixture[str]) -> None:
    async with chat(of_tests("custom_hooks"), check_replay=False) as hooked:
        calls = [tool_call("internal_lookup", key="a"), tool_call("public_lookup", key="b")]
        hooked.model.script(calls, text("Looked up."))
        turn = await hooked.send("custom hooks")
    assert turn.said == [
        ("user", "text", "custom hooks"),
        ("system", "text", "🤖 Agent 'Hooked' is now active"),
        ("agent", "tool_request", '{"key": "b"}'),
        ("agent", "tool_response", "value of b"),
        ("agent", "text", "Looked up."),
    ]
    assert '{"key": "a"}' not in turn.streamed
    printed = capsys.readouterr().out
    assert "LLM prompt: " in printed and "LLM said: 2 items" in printed
    assert hooked.state == {"ended_with": "Looked up."}


async def test_adk_works_in_workflows_and_activities_and_doubles_nothing() -> None:
    async with chat(of_tests("bookkeeper")) as bookkeeper:
        turn = await bookkeeper.send("begin")
        assert turn.said == [
            ("user", "text", "begin"),
            ("agent", "text", "**1** final"),
            ("agent", "text", "from a workflow"),
            ("agent", "text", "from an activity"),
            ("system", "text", "a note"),
            ("system", "text", "a note"),
        ]
        assert "from a workflow" in turn.streamed
        record = bookkeeper.record
        assert (record.state, record.state_version, record.title) == (
            {"count": 1, "seen": True},
            2,
            "6 messages",
        )
        await bookkeeper.send("end")
        assert record.status == "completed"


async def test_an_answer_that_a_tool_said_first_is_shown_and_remembered() -> None:
    async with chat(of_tests("relay")) as relay:
        call = tool_call("ask_scholar", input="relayed question", call_id="call_scholar")
        relay.model.script(call, agent="Relay")
        relay.model.script(text("Just so."), agent="Scholar")
        turn = await relay.send("relay this")
    assert said(turn) == [
        ("done", "relay this", ""),
        ("done", "Just so.", "call_scholar"),
        ("done", "Just so.", ""),
    ]
    assert [item["content"] for item in turn.items] == ["relay this", "Just so."]


async def test_an_activity_streams_two_messages() -> None:
    async with chat(of_tests("narrator"), others=[of_tests("slow_tools")]) as narrator:
        turn = await narrator.send("two")
    assert said(turn) == [("done", "two", ""), ("done", "Page one.", ""), ("done", "Page two.", "")]
    assert turn.streamed == "Page one.Page two."


async def test_a_stop_keeps_what_was_streamed_and_what_the_workflow_sets() -> None:
    async with chat(of_tests("narrator"), others=[of_tests("slow_tools")]) as narrator:
        narrator.tools.hold("wait_for_file")
        turn = await narrator.send("half", wait=False)
        await narrator.stop(turn)
    assert said(turn) == [("done", "half", ""), ("interrupted", "Half of ", "")]
    assert turn.items[-1] == {"role": "assistant", "content": "Half of "}
    assert narrator.state == {"told": "Half of "}


async def test_a_failure_keeps_what_was_streamed_and_says_why_once() -> None:
    async with chat(of_tests("narrator"), others=[of_tests("slow_tools")]) as narrator:
        turn = await narrator.send("fail")
    assert turn.status == "failed" and "the ink is out" in turn.error
    (failed,) = [each for each in turn.messages if each.author == "agent"]
    assert (failed.status, failed.content, failed.error) == ("failed", "Half of ", turn.error)
    assert not [each for each in turn.messages if each.kind == "error"]


STRIKES = ["Strike 1.", "Strike 2.", "Strike 3."]


async def test_what_is_said_between_turns_joins_the_last_one_once() -> None:
    async with chat(of_tests("clock"), others=[of_tests("slow_tools")]) as clock:
        file = clock.tools.hold("wait_for_file")
        clock.model.script(text("Soon."))
        turn = await clock.send("between turns")
        file.release("came")
        await clock.sleep(seconds=5)
    words = [content for _, content, _ in said(turn)]
    assert words[:2] == ["between turns", "Soon."]
    # These three are sent at the same time, so their order may vary.
    assert sorted(words[2:5]) == STRIKES
    assert words[5:] == ["Rings.", "Rang.", "It is noon."]


async def test_what_is_said_while_the_model_works_does_not_disturb_it() -> None:
    async with chat(of_tests("clock"), others=[of_tests("slow_tools")]) as clock:
        file = clock.tools.hold("wait_for_file")
        clock.model.script(hold(text("one two three"), after="two"))
        turn = await clock.send("before noon", wait=False)
        file.release("came")
        await clock.sleep(seconds=5)
        assert "It is noon." in [content for _, content, _ in said(turn)]
        clock.model.release()
        await clock.ended()
    assert turn.status == "done"
    words = [content for _, content, _ in said(turn)]
    assert words[:2] == ["before noon", "one two three"]
    assert sorted(words[2:]) == sorted([*STRIKES, "Rings.", "Rang.", "It is noon."])
    assert len(clock.model.requests) == 1


async def test_a_run_that_ends_with_its_last_message_loses_none() -> None:
    async with chat(of_tests("farewell")) as farewell:
        turn = await farewell.send("bye")
        assert (turn.status, turn.answer) == ("done", "Goodbye.")
        await farewell.rest()
        assert not farewell.is_running


async def test_a_handler_that_starts_nothing_is_marked_running_and_ends() -> None:
    async with chat(of_tests("patient")) as patient:
        turn = await patient.send("wait", wait=False)
        assert turn.status == "running"
        await patient.temporal.signal(patient.workflow_id, "go_on")
        await patient.ended()
        assert turn.status == "done"
        assert (await patient.send("nothing to say")).status == "done"


async def test_a_counter_counts_each_message_once_whatever_crashes() -> None:
    async with chat(of_tests("counter"), others=[of_tests("slow_tools")]) as counter:
        file = counter.tools.hold("wait_for_file")
        turn = await counter.send("count", wait=False)
        assert counter.state == {"count": 1}
        await counter.restart()
        file.release("came")
        await counter.ended()
    assert (turn.status, counter.state) == ("done", {"count": 1})


async def test_an_authors_own_workflow_remembers_what_was_shown() -> None:
    async with chat(of_tests("two_writers")) as writers:
        writers.model.script(text("A draft."), text("A better draft."))
        turn = await writers.send("write")
    assert turn.items == [
        {"role": "user", "content": "write"},
        {"role": "assistant", "content": "A draft."},
        {"role": "assistant", "content": "A better draft."},
    ]
    assert writers.model.requests[1].question == "improve: A draft."


async def test_a_tools_output_may_hold_anything() -> None:
    async with chat(of_tests("binary")) as binary:
        binary.model.script(tool_call("read_binary", name="a.out"), text("It is a program."))
        turn = await binary.send("read a.out")
    assert turn.status == "done"
    assert turn.tools[0].output == "ELF\x00\x01 a.out"


class PrintedHooks(TemporalStreamingHooks):
    """The guide's ``CustomHooks``, with the guide's signatures."""

    async def on_tool_start(self, tool_call):
        if tool_call.tool_name.startswith("internal_"):
            return
        await super().on_tool_start(tool_call)

    async def on_agent_start(self, agent, context):
        words = f"🤖 Agent '{agent.name}' is now active"
        await adk.messages.create(task_id=self.task_id, content=adk.TextContent("system", words))

    async def on_llm_start(self, context):
        print(f"LLM prompt: {context.messages}")


@function_tool
def internal_lookup(key: str) -> str:
    """Looks something up that nobody need see."""
    return f"secret of {key}"


@function_tool
def public_lookup(key: str) -> str:
    """Looks something up."""
    return f"value of {key}"


def hooked(name: str, hooks: type[TemporalStreamingHooks]) -> ModuleType:
    """An agent's file with these hooks."""
    file = ModuleType(name.lower())
    tools: list[Tool] = [internal_lookup, public_lookup]
    vars(file)["agent"] = Agent(name=name, instructions="Use the tools.", tools=tools)
    vars(file)["HOOKS"] = hooks
    return file


async def test_the_custom_hooks_work_as_the_guide_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    async with chat(hooked("Printed", PrintedHooks)) as printed:
        calls = [tool_call("internal_lookup", key="a"), tool_call("public_lookup", key="b")]
        printed.model.script(calls, text("Looked up."))
        turn = await printed.send("custom hooks")
    assert turn.said == [
        ("user", "text", "custom hooks"),
        ("system", "text", "🤖 Agent 'Printed' is now active"),
        ("agent", "tool_request", '{"key": "b"}'),
        ("agent", "tool_response", "value of b"),
        ("agent", "text", "Looked up."),
    ]
    assert "LLM prompt: [{'role': 'system', 'content': 'Use the tools.'}" in capsys.readouterr().out


async def test_a_hidden_call_stays_hidden_with_the_signatures_of_the_sdk() -> None:
    class Hiding(TemporalStreamingHooks):
        async def on_tool_start(self, context, agent, tool):
            if not tool.name.startswith("internal_"):
                await super().on_tool_start(context, agent, tool)

    async with chat(hooked("Hiding", Hiding)) as hiding:
        hiding.model.script([tool_call("internal_lookup", key="a")], text("Done."), text("Yes."))
        turn = await hiding.send("hide it")
        await hiding.send("and then")
    assert turn.said == [("user", "text", "hide it"), ("agent", "text", "Done.")]
    # The model still gets the result, also in later turns.
    assert "secret of a" in str(hiding.model.requests[-1].input)
