"""Which agent a file offers if none is named `agent`, or what the error says to write."""

import pytest

from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files
from tests.unit.catalog.mains import IMPORTS, source

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
