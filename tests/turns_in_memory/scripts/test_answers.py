"""What the chat shows of a script: what it prints, or its last result, and what it remembers."""

from pathlib import Path

from agentex_web.adk.testing import chat, text
from tests.turns_in_memory.gallery.seen import seen
from tests.turns_in_memory.scripts.poems import file


async def test_a_session_of_a_script_is_the_memory_of_the_chat(tmp_path: Path) -> None:
    source = """
from agents import SQLiteSession
async def main():
    session = SQLiteSession("ada", "chats.db")
    name = await Runner.run(namer, input(), session=session)
    result = Runner.run_streamed(poet, name.final_output, session=session)
    async for event in result.stream_events():
        pass
    print(result.final_output)
    print(len(await session.get_items()))

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."), text("Snow"), text("Flakes."))
        first = await poems.send("rain")
        assert seen(first) == ["step of Namer: Rain", "Poet: Drip.", ": 4"]
        await poems.send("snow")
        said = [str(each.get("content")) for each in poems.model.requests[-1].input]
        assert said[0] == "rain" and "Drip." in said[1] and "Snow" in said[-1]
    assert not (tmp_path / "chats.db").exists()


async def test_a_script_that_prints_nothing_answers_with_its_last_result(tmp_path: Path) -> None:
    source = """
async def main():
    name = await Runner.run(namer, input())
    await Runner.run(poet, name.final_output)

if __name__ == "__main__":
    asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert seen(turn) == ["step of Namer: Rain", "step of Poet: Drip.", ": Drip."]
        assert turn.answer == "Drip."


async def test_what_was_printed_before_a_failure_is_said(tmp_path: Path) -> None:
    source = """
async def main():
    name = await Runner.run(namer, input())
    poem = await Runner.run(poet, name.final_output)
    print("The name is taken.")
    raise ValueError(poem.final_output)

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert turn.status == "failed" and "ValueError: Drip." in turn.error
        assert "The name is taken." in str(seen(turn))


async def test_an_object_without_json_is_printed_as_text(tmp_path: Path) -> None:
    source = """
from typing import Any
from pydantic import BaseModel
class Poem(BaseModel):
    title: str
    at: Any

async def main():
    name = await Runner.run(namer, input())
    await Runner.run(poet, name.final_output)
    print(Poem(title="Rain", at=Ellipsis))

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "title='Rain' at=Ellipsis")


async def test_the_agent_that_gets_the_message_knows_the_chat(tmp_path: Path) -> None:
    source = """
async def main():
    topic = input()
    name = await Runner.run(namer, f"A name for {topic}")
    print((await Runner.run(poet, name.final_output)).final_output)
asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."), text("Snow"), text("Flakes."))
        await poems.send("rain")
        await poems.send("it, but shorter")
        said = [str(each["content"]) for each in poems.model.requests[2].input]
        assert said[0] == "rain" and "Drip." in said[1] and said[2] == "A name for it, but shorter"
        assert [each["content"] for each in poems.model.requests[3].input] == ["Snow"]


async def test_a_stop_keeps_what_was_printed_and_symbols_are_no_dividers(tmp_path: Path) -> None:
    source = """
async def main():
    topic = input()
    await Runner.run(namer, topic)
    await Runner.run(poet, topic)
    print("-----")
    print("✓")
    await asyncio.sleep(3600)
asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain", wait=False)
        await poems.sleep(seconds=60)
        await poems.stop(turn)
        assert (turn.status, seen(turn)[-1]) == ("interrupted", "note: ✓")
