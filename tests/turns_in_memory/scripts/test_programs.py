"""Which programs are handlers of messages: variables, command lines, and what is refused with a remedy."""

from pathlib import Path

import pytest

from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import chat, text
from tests.turns_in_memory.scripts.poems import file


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


async def test_the_session_of_an_object_is_the_memory_of_the_chat(tmp_path: Path) -> None:
    source = """
from agents import SQLiteSession
class Bot:
    def __init__(self):
        self.session, self.agent = SQLiteSession("one"), Agent(name="Bot")
    async def ask(self, words):
        return (await Runner.run(self.agent, words, session=self.session)).final_output
bot = Bot()
if __name__ == "__main__":
    while True:
        print(asyncio.run(bot.ask(input("> "))))
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain falls."), text("It still does."))
        await poems.send("rain")
        turn = await poems.send("and now?")
        assert (turn.status, turn.answer) == ("done", "It still does."), turn.error
        assert [each["content"] for each in poems.model.requests[1].input][0::2] == ["rain", "and now?"]
