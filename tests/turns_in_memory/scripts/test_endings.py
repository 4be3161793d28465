"""How a script ends: by a failure, exit(), Stop, or a limit."""

from pathlib import Path

import pytest
from temporalio import workflow

from agentex_web.adk.testing import chat, hold, text
from agentex_web.turns import script
from agentex_web.turns.script_handling import PATCH_STATUS
from tests.turns_in_memory.scripts.poems import file


async def test_what_fails_is_named_with_its_line(tmp_path: Path) -> None:
    source = """
async def main():
    name = await Runner.run(namer, input())
    await Runner.run(poet, name.final_output + 1)

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"))
        turn = await poems.send("rain")
        assert turn.status == "failed"
        assert "made.py, line 9: TypeError" in turn.error


async def test_a_loop_of_agents_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "MOST_RUNS", 4)
    source = """
async def main():
    topic = input()
    while True:
        await Runner.run(namer, topic)
        await Runner.run(poet, topic)

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(*[text("Rain")] * 4)
        turn = await poems.send("rain")
        assert turn.status == "failed"
        assert turn.error == "The script has run agents 4 times for one message."


async def test_a_stopped_script_starts_nothing_more(tmp_path: Path) -> None:
    source = """
async def main():
    topic = input("Topic: ")
    style = input("Style: ")
    name = await Runner.run(namer, topic)
    await Runner.run(poet, f"{name.final_output} {style}")

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        turn = await poems.send("rain")
        await poems.stop(turn)
        assert turn.status == "interrupted"
        assert poems.model.requests == []


async def test_exit_in_one_of_several_tasks_ends_the_turn(tmp_path: Path) -> None:
    source = """
async def name_of(topic):
    found = await Runner.run(namer, topic)
    if found.final_output == "none":
        print("There is no name.")
        exit()
    return found.final_output

async def main():
    topic = input()
    names = await asyncio.gather(name_of(topic), name_of(topic))
    print((await Runner.run(poet, names[0])).final_output)

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("none"), text("Rain"))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "There is no name.")


async def test_exit_ends_the_other_tasks(tmp_path: Path) -> None:
    source = """
async def poem_of(topic):
    name = await Runner.run(namer, topic)
    await Runner.run(poet, name.final_output)

async def leave():
    time.sleep(60)
    sys.exit("It takes too long.")

async def main():
    topic = input()
    await asyncio.gather(poem_of(topic), leave(), return_exceptions=True)
    await Runner.run(poet, topic)

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(hold(text("Rain")), text("Snow"))
        turn = await poems.send("rain")
        await poems.sleep(seconds=61)
        assert (turn.status, turn.answer) == ("done", "It takes too long.")
        poems.model.release()
        await poems.sleep(seconds=61)
        assert len(poems.model.requests) == 1


async def test_a_group_of_tasks_and_a_plain_system_exit_end_the_turn(tmp_path: Path) -> None:
    source = """
async def name_of(topic):
    name = await Runner.run(namer, topic)
    poem = await Runner.run(poet, topic)
    raise SystemExit(f"No name for {poem.final_output}.")

async def main():
    topic = input()
    async with asyncio.TaskGroup() as group:
        group.create_task(name_of(topic))

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("rain"))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "No name for rain.")
    source = source.replace("group.create_task(name_of(topic))", "await name_of(topic)")
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("rain"))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "No name for rain.")


PRINTS = {"lines": "print('Hello')", "empty lines": "print()", "one line": "print('.' * 100, end='')"}


@pytest.mark.parametrize("name", PRINTS)
async def test_endless_printing_ends_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(script, "MOST_PRINTED", 10_000)
    source = f"""
async def main():
    name = await Runner.run(namer, input())
    await Runner.run(poet, name.final_output)
    while True:
        try:
            {PRINTS[name]}
        except Exception:
            pass

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert turn.status == "failed"
        assert turn.error == "The script has printed more than 10,000 characters for one message."
        assert len(turn.answer) < 10_000


async def test_many_runs_at_once_and_those_whose_failure_is_caught_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "MOST_RUNS", 4)
    source = """
async def main():
    topic = input()
    while True:
        try:
            await asyncio.gather(*[Runner.run(each, topic) for each in (namer, poet) * 3])
        except Exception:
            print("Again")

asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(*[text("Rain")] * 4)
        turn = await poems.send("rain")
        assert turn.status == "failed"
        assert turn.error == "The script has run agents 4 times for one message."
        assert len(poems.model.requests) <= 4


async def test_a_program_that_ends_with_a_status_and_no_word_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
async def main():
    name = await Runner.run(namer, input())
    if await Runner.run(poet, name.final_output):
        sys.exit(3)
asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.error) == ("failed", "The program has ended with the status 3.")
    # As in a recorded history.
    patched = workflow.patched
    monkeypatch.setattr(workflow, "patched", lambda each: each != PATCH_STATUS and patched(each))
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "Drip.")
