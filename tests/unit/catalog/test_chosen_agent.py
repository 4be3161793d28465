"""A file whose agent has another name: its main() decides which agent is meant, or the error says what to write."""

import pytest

from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files

IMPORTS = "import asyncio\nfrom agents import Agent, InputGuardrail, Runner, function_tool, input_guardrail\n"
RUN = "\nasync def main():\n    {}\n\nif __name__ == '__main__':\n    asyncio.run(main())\n"


def source(body: str, run: str = "print()") -> str:
    return IMPORTS + body + RUN.format(run)


CHOSEN = {
    "by_a_runner_that_is_made": (
        IMPORTS + "faq = Agent(name='FAQ')\npoet = Agent(name='Poet')\nrunner = Runner()\n"
        "print(runner.run_sync(poet, 'Rain').final_output)\n",
        "Poet",
    ),
    "in_a_demo_loop": (
        IMPORTS + "from agents import run_demo_loop\nasync def main():\n    poet = Agent(name='Poet')\n"
        "    await run_demo_loop(poet)\nasyncio.run(main())\n",
        "Poet",
    ),
    "the_only_one": (source("poet = Agent(name='Poet')\n"), "Poet"),
    "what_is_run": (
        source(
            "judge = Agent(name='Judge')\nwriter = Agent(name='Writer')\n", "await Runner.run(writer, 'hi')"
        ),
        "Writer",
    ),
    "by_another_name": (
        source(
            "faq = Agent(name='FAQ')\ntriage = Agent(name='Triage', handoffs=[faq])\n",
            "current: Agent = triage\n    await Runner.run_streamed(current, 'hi')",
        ),
        "Triage",
    ),
    "who_hands_over": (
        source("one = Agent(name='One')\nall = Agent(name='All', handoffs=[one])\n"),
        "All",
    ),
    "who_has_tools": (
        source("one = Agent(name='One')\nall = Agent(name='All', tools=[one.as_tool('ask', 'Asks.')])\n"),
        "All",
    ),
    "not_the_guardrails_judge": (
        source(
            "judge = Agent(name='Judge')\n"
            "async def check(context, agent, words):\n    return await Runner.run(judge, words)\n"
            "desk = Agent(name='Desk', input_guardrails=[InputGuardrail(guardrail_function=check)])\n"
        ),
        "Desk",
    ),
    "not_the_tools_helper": (
        source(
            "helper = Agent(name='Helper')\n"
            "@function_tool\nasync def ask(words: str) -> str:\n"
            "    return str(await Runner.run(helper, words))\n"
            "desk = Agent(name='Desk', tools=[ask])\n"
        ),
        "Desk",
    ),
}


CHOSEN["made_by_a_function"] = (
    IMPORTS + "async def build(name='Poet'):\n    made = Agent(name=name)\n    return made\n",
    "Poet",
)
CHOSEN["made_and_returned_by_a_function"] = (
    IMPORTS + "def build():\n    return Agent(name='Poet'), {'temperature': 1}\n",
    "Poet",
)
CHOSEN["kept_for_each_session_of_a_page"] = (
    IMPORTS + "import chainlit as cl\n@cl.on_chat_start\nasync def start():\n    poet = Agent(name='Poet')\n"
    "    cl.user_session.set('agent', poet)\n    await cl.Message(content='Hello').send()\n"
    "@cl.on_message\nasync def answer(message):\n    poet = cl.user_session.get('agent')\n"
    "    await Runner.run(poet, message.content)\n",
    "Poet",
)


@pytest.mark.parametrize("name", CHOSEN)
def test_the_agent_that_is_meant_is_offered(files: Files, name: str) -> None:
    text, title = CHOSEN[name]
    files({f"{name}.py": text})
    catalog = load_catalog()
    assert catalog.broken == {}
    assert catalog.agents[name].title == title


UNCLEAR = {
    "above_the_line_that_runs_one": (
        IMPORTS + "one = Agent(name='One')\ntwo = Agent(name='Two')\n"
        "print(Runner.run_sync(one, 'x'))\nprint(Runner.run_sync(two, 'y'))\n",
        "has several agents (one, two), and none is named `agent`. Write above line 5: agent = one.",
    ),
    "one_after_another": (
        source(
            "outline = Agent(name='O')\nstory = Agent(name='S')\n",
            "await Runner.run(outline, 'x')\n    await Runner.run(story, 'y')",
        ),
        "agents/one_after_another.py has several agents (outline, story), and none is named `agent`. "
        "Write: agent = outline. Its program cannot handle messages: lines 7 and 8: the program gives its agents "
        "several texts of its own. Or write: async def on_message(turn)",
    ),
    "from_required_arguments": (
        IMPORTS + "import argparse\ndef main():\n    parser = argparse.ArgumentParser()\n"
        "    parser.add_argument('name')\n    args = parser.parse_args()\n    a = Agent(name=args.name)\n"
        "    Runner.run_sync(a, 'x')\n",
        "agents/from_required_arguments.py, line 8: the agent is created in main().",
    ),
    "two_in_main": (
        source(
            "",
            "a = Agent(name='A')\n    b = Agent(name='B')\n    await Runner.run(a, 'x')\n    await Runner.run(b, 'x')",
        ),
        "agents/two_in_main.py, line 5: the agent is created in main().",
    ),
    "in_a_class": (
        IMPORTS + "class Manager:\n    def __init__(self):\n        self.agent = Agent(name='A')\n",
        "agents/in_a_class.py, line 5: the agent is created in Manager.__init__(). Write at the end of the file: "
        "agent = Manager().agent.",
    ),
    "by_a_method": (
        IMPORTS + "class Shop:\n    def desk(self):\n        return Agent(name='A')\n",
        "Write at the end of the file: agent = Shop().desk().",
    ),
    "in_a_class_with_arguments": (
        IMPORTS + "class Shop:\n    def __init__(self, key):\n        self.agent = Agent(name='A')\n",
        "the agent is created in Shop.__init__(). Move it to the top level",
    ),
    "one_leads": (
        source("faq = Agent(name='F')\nmanager_agent = Agent(name='M')\n"),
        "has several agents (faq, manager_agent), and none is named `agent`. Write: agent = manager_agent.",
    ),
    "a_function": (
        IMPORTS + "def agent():\n    return Agent(name='A')\n",
        "agents/a_function.py: `agent` is a function. Give it another name, and write: agent = agent().",
    ),
    "speaks": (
        "from agents.realtime import RealtimeAgent\nagent = RealtimeAgent(name='R')\n",
        "agents/speaks.py, line 1: agents.realtime keeps an audio connection open",
    ),
    "boxed": (
        "\nfrom agents.sandbox import SandboxAgent\nagent = SandboxAgent(name='S')\n",
        "agents/boxed.py, line 2: agents.sandbox works in a sandbox of files and processes",
    ),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_where_nobody_can_know_the_sentence_says_what_to_write(files: Files, name: str) -> None:
    text, sentence = UNCLEAR[name]
    files({f"{name}.py": text})
    catalog = load_catalog()
    assert catalog.agents == {}
    assert sentence in catalog.broken[name]


def test_a_folder_that_begins_in_main_py(files: Files) -> None:
    files(
        {
            "desk/main.py": "from helpers import faq\nfrom agents import Agent\n"
            "triage = Agent(name='Triage', handoffs=[faq])\n",
            "desk/helpers.py": "from agents import Agent\nfaq = Agent(name='FAQ')\n",
        }
    )
    assert load_catalog().agents["desk"].title == "Triage"


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


def test_a_file_agent_py_is_not_its_folders_agent(files: Files) -> None:
    files(
        {
            "desk/__init__.py": "from . import agent\n",
            "desk/agent.py": "from agents import Agent\nroot = Agent(name='R')\n",
        }
    )
    for _ in range(2):
        assert load_catalog().agents["desk"].title == "R"


def test_agents_of_one_name_are_told_apart(files: Files) -> None:
    made = "from agents import Agent\nagent = Agent(name='Assistant', handoff_description='Helps.')\n"
    files({"one.py": made, "two.py": made, "other.py": made.replace("Assistant", "Poet")})
    found = load_catalog().agents
    assert [each.title for each in found.values()] == ["Assistant (one)", "Poet", "Assistant (two)"]
    assert found["one"].description == "Helps."
