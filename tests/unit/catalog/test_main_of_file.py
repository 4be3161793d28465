"""What a file's main() says holds for the chats: an agent that it creates, its context and its settings."""

import pytest

from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files
from tests.unit.catalog.mains import IMPORTS, source

CONTEXT = """
from dataclasses import dataclass
@dataclass
class Seat:
    number: str = ""
    passenger: str = {default}
desk = Agent(name='Desk')
"""


def test_the_context_that_its_main_makes_is_that_of_the_chats(files: Files) -> None:
    run = "seat = Seat()\n    await Runner.run(desk, 'x', context=seat)"
    files({"desk.py": source(CONTEXT.format(default="'nobody'"), run)})
    catalog = load_catalog()
    found = catalog.agents["desk"].settings.context
    assert found is not None
    assert found.source.__name__ == "Seat"
    assert catalog.warnings == []


def test_what_its_main_names_at_the_top_level_holds_for_the_chats(files: Files) -> None:
    body = (
        "from agents import RunConfig, RunHooks\nclass Loud(RunHooks):\n    pass\n"
        "config = RunConfig(workflow_name='W')\ndesk = Agent(name='Desk')\n"
    )
    run = "hooks = Loud()\n    await Runner.run(desk, 'x', run_config=config, hooks=hooks, max_turns=3)"
    files({"desk.py": source(body, run)})
    catalog = load_catalog()
    desk = catalog.agents["desk"]
    assert desk.settings.run_config is not None
    assert (desk.settings.run_config.workflow_name, desk.max_turns, catalog.warnings) == ("W", 3, [])
    assert desk.hooks is not None
    assert type(desk.hooks("task")).__name__ == "Loud"


def test_what_only_its_main_says_is_named(files: Files) -> None:
    run = "await Runner.run(desk, 'x', context=await asyncio.sleep(0), max_turns=1 / 2, hooks=None)"
    files({"desk.py": source(CONTEXT.format(default="'nobody'"), run)})
    assert load_catalog().warnings == [
        "agents/desk.py runs its agent with context=await asyncio.sleep(0) and max_turns=1 / 2. For the chat, set "
        "this at the top level of the file: CONTEXT = …, MAX_TURNS = …."
    ]


def test_a_program_that_its_main_starts_is_named(files: Files) -> None:
    run = "import subprocess\n    subprocess.Popen(['server'])\n    await Runner.run(a, 'x')"
    files({"starting.py": source("a = Agent(name='A')\n", run)})
    assert load_catalog().agents["starting"].warnings == (
        "agents/starting.py, line 7, starts a program, which the chat does not do. Start it before people use the "
        "agent.",
    )


MADE_IN_MAIN = {
    "plain": (
        "async def main():\n    poet = Agent(name='A')\n    await Runner.run(poet, input('? '))\n",
        "A",
    ),
    "in_a_block": (
        "async def main():\n    with trace('T'):\n        name = 'B'\n        poet = Agent(name=name)\n"
        "        result = await Runner.run(poet, 'hi')\n",
        "B",
    ),
    "with_handoffs": (
        "def main():\n    faq = Agent(name='F')\n    triage = Agent(name='C')\n    triage.handoffs.append(faq)\n"
        "    result = Runner.run_sync(triage, 'hi')\n    Runner.run_sync(faq, 'hi')\n",
        "C",
    ),
    "as_an_argument": (
        "def ask(agent_name, words='x', *, style=str):\n    made = Agent(name=style(agent_name))\n"
        "    return Runner.run_sync(made, words)\nasync def main():\n    own = 'D'\n    ask(own)\n",
        "D",
    ),
    "by_a_function": ("def build():\n    return Agent(name='E')\nRunner.run_sync(build(), 'x')\n", "E"),
    "in_a_pages_handler": (
        "import chainlit as cl\n@cl.on_message\nasync def main(message: cl.Message):\n"
        "    await cl.Message('x').send()\n    h = Agent(name='H')\n"
        "    result = await Runner.run(starting_agent=h, input=message.content)\n",
        "H",
    ),
    "with_arguments": (
        "import argparse\nasync def main(name):\n    g = Agent(name=name)\n    await Runner.run(g, 'x')\n"
        "async def demo():\n    other = Agent(name='Other')\n    await Runner.run(other, 'x')\n"
        "if __name__ == '__main__':\n    parser = argparse.ArgumentParser()\n"
        "    parser.add_argument('--name', default='G')\n    args = parser.parse_args()\n"
        "    asyncio.run(main(args.name))\n",
        "G",
    ),
    "by_a_branch": (
        "async def main(kind='i'):\n    if kind == 'i':\n        name = 'I'\n    else:\n        name = 'J'\n"
        "    one = Agent(name=name)\n    await Runner.run(one, 'x')\n"
        "async def all():\n    for each in 'ij':\n        await main(each)\n"
        "if __name__ == '__main__':\n    asyncio.run(main('j'))\n",
        "I",
    ),
    "by_a_default_answer": (
        "from examples.auto_mode import input_with_fallback\nasync def main():\n"
        "    name = input_with_fallback('Name? ', 'K').strip()\n    one = Agent(name=name)\n"
        "    await Runner.run(one, 'x')\n",
        "K",
    ),
    "run_in_another_way": (
        "async def main():\n    l = Agent(name='L')\n    async with socket() as one:\n"
        "        one.run_streamed(l, 'x')\n",
        "L",
    ),
    "below_an_await": (
        "from agents.mcp import MCPServerStdio\n"
        "async with MCPServerStdio(params={'command': 'true'}) as server:\n"
        "    m = Agent(name='M', mcp_servers=[server])\n    result = await Runner.run(m, 'x')\n",
        "M",
    ),
    "below_the_guard": (
        "if __name__ == '__main__':\n    f = Agent(name='F')\n    Runner.run_sync(f, 'x')\n",
        "F",
    ),
}


@pytest.mark.parametrize("name", MADE_IN_MAIN)
def test_an_agent_that_its_main_makes_is_offered(files: Files, name: str) -> None:
    text, title = MADE_IN_MAIN[name]
    files({f"{name}.py": IMPORTS + "from agents import trace\n" + text + "print(1)\n"})
    catalog = load_catalog()
    assert catalog.broken == {}
    assert catalog.agents[name].title == title


def test_what_that_agent_needs_is_made_with_it(files: Files) -> None:
    run = """
    from agents import OpenAIProvider, RunConfig

    @function_tool
    def seat(number: int) -> str:
        result = number + 1
        return str(result)

    small = OpenAIProvider(api_key='own').get_model('small')
    config = RunConfig(model=small)
    async with MCPServerStdio(params={'command': 'x'}) as server:
        desk = Agent(name='Desk', model=small, tools=[seat], mcp_servers=[server])
        result = await Runner.run(desk, 'x', context=Seat(passenger='Ada'), run_config=config)
"""
    imports = "from agents.mcp import MCPServerStdio\n"
    files(
        {"desk.py": source(imports + CONTEXT.format(default="'nobody'").replace("desk = ", "_other = "), run)}
    )
    catalog = load_catalog()
    assert (catalog.broken, catalog.warnings) == ({}, [])
    desk = catalog.agents["desk"]
    assert desk.settings.context is not None
    assert desk.settings.context.source.passenger == "Ada"
    assert desk.settings.run_config is not None
    assert [each.model for each in desk.models.values()][:1] == ["small"]
    assert list(desk.mcp_servers) == ["desk/stdio: x"]
