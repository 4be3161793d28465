"""A conversation that is too long for the model continues with a summary instead of the earlier turns."""

from agentex_web.adk.testing import Chat, chat, failure, hold, text, tool_call
from agentex_web.turns.compaction import INSTRUCTIONS
from tests.turns_in_memory.agents import example, kinds, of_tests, rows

SUMMARY = "They talked about the sea."
TOO_LONG = failure(400, too_long=True)


async def talked(haiku: Chat) -> None:
    """Sends two messages. With them, the third turn's model call will be too long."""
    haiku.model.script(text("The sea is wide."), text("And deep."), TOO_LONG, text(SUMMARY))
    await haiku.send("tell me of the sea " * 100)
    await haiku.send("more " * 100)


async def test_a_summary_takes_the_place_of_the_turns_before() -> None:
    async with chat(example("haiku")) as haiku:
        await talked(haiku)
        haiku.model.script(text("Salty, too."), text("Blue."))
        turn = await haiku.send("and the taste?")
        assert (turn.status, turn.answer, turn.summary) == ("done", "Salty, too.", SUMMARY)
        await haiku.send("the colour?")
    _, _, exceeded, summarising, retried, later = haiku.model.requests
    assert summarising.instructions == INSTRUCTIONS and not summarising.tools
    assert "tell me of the sea" in summarising.question and "And deep." in summarising.question
    assert kinds(exceeded.input) == ["user", "assistant", "user", "assistant", "user"]
    assert kinds(retried.input) == ["user", "assistant", "user"]
    assert retried.input[1]["content"] == SUMMARY and retried.input[2]["content"] == "and the taste?"
    assert kinds(later.input) == ["user", "assistant", "user", "assistant", "user"]
    assert later.input[1]["content"] == SUMMARY and "tell me of" not in str(later.input)


async def test_the_page_shows_a_fold_and_no_failure() -> None:
    async with chat(example("haiku")) as haiku:
        await talked(haiku)
        haiku.model.script(text("Salty, too."))
        turn = await haiku.send("and the taste?")
    assert rows(turn) == [("text", "done", SUMMARY), ("text", "done", "Salty, too.")]
    (fold,) = [each for each in turn.messages if each.data.get("summary")]
    assert fold.author == "system" and turn.usage["input"] > 0


async def test_the_memory_of_a_new_run_of_the_workflow_is_the_compacted_one() -> None:
    async with chat(example("haiku")) as haiku:
        await talked(haiku)
        haiku.model.script(text("Salty, too."), text("Blue."))
        await haiku.send("and the taste?")
        await haiku.sleep(hours=2)
        await haiku.send("the colour?")
    assert kinds(haiku.model.requests[-1].input) == ["user", "assistant", "user", "assistant", "user"]
    assert haiku.model.requests[-1].input[1]["content"] == SUMMARY


async def test_a_history_that_is_continued_keeps_the_summary() -> None:
    async with chat(example("haiku")) as haiku:
        await talked(haiku)
        haiku.model.script(text("Salty, too."), text("Blue."))
        haiku.suggest_continue_as_new()
        await haiku.send("and the taste?")
        await haiku.restart()
        await haiku.send("the colour?")
    assert haiku.model.requests[-1].input[1]["content"] == SUMMARY


async def test_a_stop_while_the_summary_is_written() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Noted. " * 50), TOO_LONG, hold(text(SUMMARY), after="They"), text("Next."))
        await haiku.send("remember this " * 100)
        turn = await haiku.send("and now?", wait=False)
        await haiku.stop(turn)
        assert (turn.status, turn.summary, rows(turn)) == ("interrupted", "", [])
        await haiku.send("go on")
    assert "remember this" in str(haiku.model.requests[-1].input)


async def test_another_branch_has_its_own_memory() -> None:
    async with chat(example("haiku")) as haiku:
        await talked(haiku)
        haiku.model.script(text("Salty, too."), text("Edited."))
        turn = await haiku.send("and the taste?")
        other = await haiku.edit(haiku.turns[1], "less")
        assert (turn.summary, other.summary) == (SUMMARY, "")
    assert "tell me of the sea" in haiku.model.requests[-1].input[0]["content"]


async def test_a_message_that_is_too_long_by_itself_costs_no_memory() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Noted."), TOO_LONG, text("Still here."))
        await haiku.send("I am Ada")
        long = await haiku.send("word " * 5_000)
        assert (long.status, long.summary, long.left_out) == ("failed", "", "message")
        await haiku.send("who am I?")
    assert haiku.model.requests[-1].input[0]["content"] == "I am Ada"


async def test_a_summary_that_does_not_help_is_not_kept() -> None:
    async with chat(example("haiku")) as haiku:
        await talked(haiku)
        haiku.model.script(TOO_LONG, text("Still here."))
        turn = await haiku.send("and the taste?")
        assert (turn.status, turn.summary, turn.left_out) == ("failed", "", "message")
        await haiku.send("short")
    assert "tell me of the sea" in str(haiku.model.requests[-1].input)


async def test_tools_that_ran_are_not_run_again() -> None:
    async with chat(of_tests("slow_tools")) as slow:
        slow.tools["count_up"] = "counted"
        call = tool_call("count_up", name="a")
        slow.model.script(text("Noted. " * 200), call, TOO_LONG, text(SUMMARY), text("Done."))
        await slow.send("remember this " * 100)
        turn = await slow.send("count")
        assert (turn.answer, len(turn.tools), turn.summary) == ("Done.", 1, SUMMARY)
    asked = slow.model.requests[-1].input
    assert kinds(asked) == ["user", "assistant", "user", "function_call", "function_call_output"]


async def test_a_conversation_is_summarised_piece_by_piece_where_the_whole_is_too_long() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Long."), TOO_LONG, TOO_LONG)
        haiku.model.script(*(text(f"Summary {number}.") for number in range(1, 4)), text("Goes on."))
        await haiku.send("word " * 2_200)
        turn = await haiku.send("and now? " * 300)
        assert (turn.status, turn.summary) == ("done", "Summary 3.")
    pieces = haiku.model.requests[3:6]
    assert "Summary 1." in pieces[1].question and "Summary 2." in pieces[2].question
