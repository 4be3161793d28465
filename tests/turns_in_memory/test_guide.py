"""The guide's promises, with files written as in the guide (tests/agents/guide.py)."""

from agentex_web.adk.testing import KeptTurn, chat, hold, text, tool_call
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
