"""Files without a single agent: what they do when they are started handles each message."""

from pathlib import Path

import pytest
from temporalio import workflow

from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import chat, hold, text
from agentex_web.turns import script, script_runtime
from agentex_web.turns.script_handling import PATCH_STATUS
from tests.turns_in_memory.gallery.seen import seen

AGENTS = """
import asyncio, sys, time
from agents import Agent, InputGuardrailTripwireTriggered, Runner, function_tool
namer = Agent(name="Namer", instructions="Find a name.")
poet = Agent(name="Poet", instructions="Write a poem.")
"""


def file(folder: Path, source: str) -> Path:
    path = folder / "made.py"
    path.write_text(AGENTS + source)
    return path


async def test_plain_functions_wait_and_a_second_input_is_asked_in_the_chat(tmp_path: Path) -> None:
    source = """
def ask(question):
    return input(question).strip()

def poem_of(topic):
    name = Runner.run_sync(namer, topic).final_output
    time.sleep(1)
    return Runner.run_sync(poet, f"{name}, as a {ask('Which style? ')}").final_output

def main():
    print("=== Poems ===")
    while True:
        topic = input("Topic: ")
        if topic == "quit":
            sys.exit()
        print("Poem:", poem_of(topic))

main()
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Snow"), agent="Namer")
        poems.model.script(text("Drip."), text("Flakes."), agent="Poet")
        first = await poems.send("rain")
        assert poems.form.asked.title == "Which style?"
        await poems.answer(answer="haiku")
        assert (first.status, first.answer) == ("done", "Drip.")
        assert poems.model.requests[-1].question == "Rain, as a haiku"
        second = await poems.send("snow")
        await poems.answer(answer="ode")
        assert (second.status, second.answer) == ("done", "Flakes.")
        third = await poems.send("quit")
        assert (third.status, seen(third)) == ("done", [])


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


async def test_a_bare_except_does_not_keep_a_loop_going_that_has_returned_to_its_prompt(
    tmp_path: Path,
) -> None:
    source = """
def main():
    while True:
        try:
            name = Runner.run_sync(namer, input("You: "))
            print(Runner.run_sync(poet, name.final_output).final_output)
        except:
            print("Again")

main()
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "Drip.")


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


async def test_a_function_that_asks_several_questions(tmp_path: Path) -> None:
    source = """
def ask(prompt):
    return input(prompt)

def main():
    while True:
        topic = ask("Topic: ")
        name = Runner.run_sync(namer, topic + ask("Style: ")).final_output
        print(Runner.run_sync(poet, name).final_output)

main()
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain, ")
        assert poems.form.asked.title == "Style:"
        await poems.answer(answer="haiku")
        assert poems.model.requests[0].question == "rain, haiku"
        assert (turn.status, turn.answer) == ("done", "Drip.")


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


ASKING = """
async def main():
    while True:
        try:
            name = await Runner.run(namer, (lambda: input("Topic: "))())
            MORE
            print((await Runner.run(poet, name.final_output)).final_output)
        except Exception:
            print("Again")

asyncio.run(main())
"""


async def test_an_inner_function_that_comes_back_to_its_prompt_ends_the_turn(tmp_path: Path) -> None:
    async with chat(file(tmp_path, ASKING.replace("MORE", "pass"))) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "Drip.")


async def test_an_inner_function_that_asks_something_else_is_told_that_it_cannot(tmp_path: Path) -> None:
    async with chat(file(tmp_path, ASKING.replace("MORE", "(lambda: input('Style: '))()"))) as poems:
        poems.model.script(text("Rain"))
        turn = await poems.send("rain")
        assert (turn.status, turn.error) == ("failed", script_runtime.CANNOT_ASK)


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


async def test_variables_that_a_script_changes_are_those_of_one_message(tmp_path: Path) -> None:
    source = """
history = []
asked: int = 0
while True:
    words = input("You: ")
    asked += 1
    history.append({"role": "user", "content": words})
    name = Runner.run_sync(namer, history)
    history = name.to_input_list()
    print(Runner.run_sync(poet, name.final_output).final_output, asked)
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Snow"), agent="Namer")
        poems.model.script(text("Drip."), text("Flakes."), agent="Poet")
        assert (await poems.send("rain")).answer == "Drip."
        assert (await poems.send("snow")).answer == "Flakes."
        asked = poems.model.requests[2].input
        assert [each["content"] for each in asked][0::2] == ["rain", "snow"]


PROGRAMS = {
    "a command line with defaults": """
import argparse
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--loud", action="store_true")
    found = parser.parse_args()
    name = Runner.run_sync(namer, "a name").final_output
    print("loud" if found.loud else Runner.run_sync(poet, name).final_output)
main()
""",
    "a command line with one text": """
import argparse
parser = argparse.ArgumentParser()
async def main():
    parser.add_argument("--topic", required=True)
    name = await Runner.run(namer, parser.parse_args().topic)
    print((await Runner.run(poet, name.final_output)).final_output)
if __name__ == "__main__":
    asyncio.run(main())
""",
    "sys.argv": """
topic = sys.argv[1] if len(sys.argv) > 1 else "snow"
name = Runner.run_sync(namer, topic)
print(Runner.run_sync(poet, name.final_output).final_output)
""",
    "a global variable": """
count = 0
async def main():
    global count
    count += 1
    name = await Runner.run(namer, input())
    print((await Runner.run(poet, name.final_output)).final_output, end="!" * (count - 1))
asyncio.run(main())
""",
    "a list and a lock": """
history = []
lock = asyncio.Lock()
async def main():
    def nothing():
        nonlocal name
    name = None
    async with lock:
        history.append({"role": "user", "content": input()})
        name = await Runner.run(namer, history)
        print((await Runner.run(poet, str(len(history)) and name.final_output)).final_output)
asyncio.run(main())
""",
    "a run context": """
seen = dict(words=[])
async def main():
    name = await Runner.run(namer, input(), context=seen)
    print((await Runner.run(poet, name.final_output)).final_output)
asyncio.run(main())
""",
    "an object": """
class Manager:
    def __init__(self):
        self.words = []
    async def run(self, words):
        self.words.append(words)
        name = await Runner.run(namer, " ".join(self.words))
        print((await Runner.run(poet, name.final_output)).final_output)
manager = Manager()
async def main():
    await manager.run(input())
asyncio.run(main())
""",
    "a variable that a function gets from the program": """
words = ""
def topic():
    return words.strip()
words: str = input()
name = Runner.run_sync(namer, topic())
print(Runner.run_sync(poet, name.final_output).final_output)
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_a_program_with_a_command_line_or_variables_of_its_own(tmp_path: Path, name: str) -> None:
    async with chat(file(tmp_path, PROGRAMS[name])) as poems:
        for said, answer in (("rain", "Drip."), ("snow", "Flakes.")):
            poems.model.script(text("Name"), text(answer))
            turn = await poems.send(said)
            assert (turn.status, turn.answer, turn.error) == ("done", answer, "")
            assert poems.model.requests[-2].question == said


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


async def test_a_jump_out_of_finally_does_not_keep_a_loop_going(tmp_path: Path) -> None:
    source = """
async def main():
    while True:
        try:
            name = await Runner.run(namer, input())
            print((await Runner.run(poet, name.final_output)).final_output)
        finally:
            continue
asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "Drip.")


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


NO_PROGRAMS = {
    "line 9: the program gives an agent a conversation that it makes up": """
async def main():
    first = await Runner.run(namer, "My name is Ada.")
    await Runner.run(poet, first.to_input_list() + [{"role": "user", "content": "And my name?"}])
asyncio.run(main())
""",
    "lines 8 and 9: the program gives its agents several texts of its own": """
async def main():
    print((await Runner.run(namer, "a name")).final_output)
    print((await Runner.run(poet, "a poem")).final_output)
asyncio.run(main())
""",
    "line 9: an agent gets a text of the program, and not what a person says": """
async def main():
    for topic in ["cats", "rain"]:
        print((await Runner.run(namer, topic)).final_output)
    print((await Runner.run(poet, input())).final_output)
asyncio.run(main())
""",
    "line 8: the program reads sys.argv.2.": """
async def main():
    name = await Runner.run(namer, sys.argv[2])
    print((await Runner.run(poet, name.final_output)).final_output)
asyncio.run(main())
""",
    "line 11: the program needs topic and --count on its command line": """
import argparse
async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("topic")
    parser.add_argument("--count", type=int, required=True)
    name = await Runner.run(namer, parser.parse_args().topic)
    print((await Runner.run(poet, name.final_output)).final_output)
asyncio.run(main())
""",
    "line 12: main.. changes the variable “names”, and save.. uses it, too": """
names = []
@function_tool
def save(name: str) -> str:
    return str(names)
async def main():
    names.append(input())
    name = await Runner.run(namer, names[0])
    print((await Runner.run(poet, name.final_output)).final_output)
asyncio.run(main())
""",
    "line 10: save.. changes the variable “count”, and the program uses it": """
count = 0
@function_tool
def save(name: str) -> None:
    global count
    count += 1
async def main():
    name = await Runner.run(namer, input())
    print((await Runner.run(poet, name.final_output)).final_output, count)
asyncio.run(main())
""",
    "line 9: main.. changes the variable “names”, and it cannot be made for each message": """
names = open(__file__).read().split()
async def main():
    names.append(input())
    name = await Runner.run(namer, names[0])
    print((await Runner.run(poet, name.final_output)).final_output)
asyncio.run(main())
""",
}


@pytest.mark.parametrize("why", NO_PROGRAMS)
async def test_other_programs_are_refused_with_the_line_and_what_to_write(tmp_path: Path, why: str) -> None:
    with pytest.raises(
        BadAgentFile,
        match=f"has several agents .namer, poet.*Write above line .*: agent = namer.*messages: {why}",
    ):
        async with chat(file(tmp_path, NO_PROGRAMS[why])):
            pass
