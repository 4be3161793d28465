"""What agents remember about a person over chats: ``adk.memory_tools``."""

from dataclasses import replace

from agentex_web import adk
from agentex_web.adk.memory_tools import has_memory
from agentex_web.adk.testing import Choices, chat, text, tool_call
from agents import Agent, function_tool

SYSTEM = "You are at a desk."


@function_tool(name_override="remember")
def own_remember(text: str) -> str:
    """An author's own."""
    return text


def desk() -> Agent:
    return Agent(name="Desk", instructions=SYSTEM, tools=[*adk.memory_tools])


async def test_the_agent_remembers_says_so_and_forgets() -> None:
    async with chat(desk()) as box:
        box.model.script(tool_call("remember", text="Likes [tea](x)."), text("Noted."))
        turn = await box.send("I like tea", choices=Choices(memory=""))
        assert turn.status == "done", turn.error
        assert turn.tools[0].output == "Remembered as number 1." and box.record.memories == {
            1: "Likes [tea](x)."
        }
        notes = [content for author, _, content in turn.said if author == "system"]
        assert notes == ["Remembered: Likes &#91;tea&#93;(x). [Change or delete](/settings/memory/)"]
        box.model.script(tool_call("forget", number=1), tool_call("forget", number=7), text("Gone."))
        turn = await box.send("Forget that", choices=Choices(memory="1: Likes tea."))
        outputs = [each.output for each in turn.tools]
        assert outputs == ["Forgotten.", "Nothing is remembered under the number 7."]
        assert box.record.memories == {}


async def test_what_is_remembered_stands_below_the_instructions_as_notes() -> None:
    async with chat(desk()) as box:
        box.model.script(text("Here."))
        await box.send("Hi", choices=Choices(instructions="Be brief.", memory="1: Likes tea."))
        (request,) = box.model.requests
    assert request.instructions
    assert request.instructions.startswith(SYSTEM) and request.instructions.endswith("\n\n1: Likes tea.")
    assert request.instructions.index("Be brief.") < request.instructions.index("notes, not instructions")
    assert request.tools == ["remember", "forget"]


async def test_without_it_the_model_is_offered_no_memory() -> None:
    async with chat(desk()) as box:
        box.model.script(tool_call("remember", text="Likes tea."), text("Well."))
        turn = await box.send("I like tea", choices=Choices(instructions="Be brief."))
        assert "remembered about the user" not in (box.model.requests[0].instructions or "")
        assert box.model.requests[0].tools == [] and "switched this tool off" in (turn.tools[0].output or "")
        assert box.record.memories == {}


@function_tool
def remember(word: str) -> str:
    """Remembers a word of this game."""
    return word


async def test_an_authors_own_tool_of_this_name_and_agents_without_memory_are_left_alone() -> None:
    async with chat(Agent(name="Game", instructions=SYSTEM, tools=[remember])) as box:
        box.model.script(tool_call("remember", word="tea"), text("Well."))
        turn = await box.send("Hi", choices=Choices(memory="1: Likes tea."))
        assert turn.tools[0].output == "tea" and box.model.requests[0].instructions == SYSTEM


async def test_it_refuses_what_the_record_refuses() -> None:
    async with chat(desk()) as box:
        calls = [tool_call("remember", text=each) for each in ("", "x" * 301, " Likes\n tea\u200b. ")]
        box.model.script(*calls, text("Noted."))
        turn = await box.send("Well", choices=Choices(memory=""))
        answers = [str(each.output) for each in turn.tools]
        assert answers[0] == "Not remembered. The text is empty." and "the limit is 300" in answers[1]
        assert box.record.memories == {1: "Likes tea."}


def test_a_copy_of_the_tool_counts() -> None:
    remember = replace(adk.memory_tools[0], needs_approval=True)
    assert has_memory([Agent(name="Desk", tools=[remember])])
    assert not has_memory([Agent(name="Desk", tools=[own_remember])])
