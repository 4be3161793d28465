"""Turns after turns: in order, once each, answered again or in another version, with the memory of the branch."""

from agentex_web.adk.testing import chat, failure, hold, text, tool_call
from tests.turns_in_memory.agents import example, kinds, rows


async def test_messages_sent_while_the_agent_works_are_answered_in_order() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(
            hold(text("Answer one."), after="Answer"), text("Answer two."), text("Answer three.")
        )
        first, second, third = await haiku.queue("one", "two", "three")
        assert [turn.status for turn in (first, second, third)] == ["running", "queued", "queued"]
        assert len(haiku.model.requests) == 1
        haiku.model.release()
        await haiku.ended()
    assert [turn.answer for turn in haiku.turns] == ["Answer one.", "Answer two.", "Answer three."]
    assert [turn.parent for turn in haiku.turns] == [None, first.id, second.id]
    assert kinds(haiku.model.requests[-1].input) == ["user", "assistant", "user", "assistant", "user"]


async def test_retry_makes_a_sibling_and_keeps_the_failed_turn() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(400, retry=False), text("Now it works."))
        failed = await haiku.send("try again")
        second = await haiku.retry(failed)
    assert (failed.status, second.status) == ("failed", "done")
    assert (second.parent, haiku.record.shown) == (failed.parent, second.id)
    assert kinds(haiku.model.requests[-1].input) == ["user"]


async def test_an_edited_message_begins_another_branch_with_the_memory_before_it() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Noted."), text("Wrong."), text("Right."))
        await haiku.send("before the edit")
        wrong = await haiku.send("a msitake")
        await haiku.edit(wrong, "no mistake")
    assert [each.content for each in haiku.messages] == ["before the edit", "Noted.", "no mistake", "Right."]
    asked = str(haiku.model.requests[-1].input)
    assert "Noted." in asked and "msitake" not in asked


async def test_a_message_that_is_delivered_twice_is_answered_once() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Once."))
        turn = await haiku.send("sent twice")
        await haiku.redeliver(turn)
    assert len(haiku.model.requests) == 1
    assert [each.content for each in turn.messages] == ["sent twice", "Once."]


async def test_a_worker_that_crashes_in_the_middle_goes_on() -> None:
    async with chat(example("weather")) as weather:
        held = weather.tools.hold("get_weather")
        weather.model.script(tool_call("get_weather", city="Oslo"), text("Snow."))
        turn = await weather.send("weather", wait=False)
        await weather.restart()
        held.release("Oslo: snow")
        await weather.ended()
    assert rows(turn) == [
        ("tool_request", "done", '{"city": "Oslo"}'),
        ("tool_response", "done", "Oslo: snow"),
        ("text", "done", "Snow."),
    ]
    assert len(weather.model.requests) == 2


async def test_an_idle_chat_ends_and_the_next_message_knows_all() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Noted."), text("Ada."))
        await haiku.send("I am Ada")
        assert haiku.is_running
        await haiku.sleep(hours=2)
        assert not haiku.is_running
        assert (await haiku.send("Who am I?")).answer == "Ada."
    assert kinds(haiku.model.requests[-1].input) == ["user", "assistant", "user"]


async def test_a_long_history_goes_on_in_a_new_run() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Noted."), text("Ada."))
        await haiku.send("I am Ada")
        runs = len(haiku.temporal.runs)
        haiku.suggest_continue_as_new()
        second = await haiku.send("Who am I?")
        await haiku.rest()
        assert len(haiku.temporal.runs) == runs + 1
        haiku.model.script(text("Still Ada."))
        await haiku.send("And now?")
    assert second.answer == "Ada."
    assert kinds(haiku.model.requests[-1].input) == ["user", "assistant", "user", "assistant", "user"]
