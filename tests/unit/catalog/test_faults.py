"""An unusable file breaks only its own agent, and the error names the file, the line and the remedy."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files
from tests.unit.catalog.test_folders import ACTIVITY, AGENT, CHILD, WORKFLOW

GOOD = {"good.py": AGENT.format("Good")}

FAULTS = {
    "syntax": ("agent = = 1\n", "agents/syntax.py, line 1: SyntaxError: invalid syntax."),
    "missing": (
        "\nimport no_such_package.sub\n",
        "agents/missing.py, line 2: ModuleNotFoundError: No module named 'no_such_package'. "
        "Install the package that has it, such as: pip install no_such_package.",
    ),
    "of_the_sdk": (
        "import agentex.lib.nothing\n",
        "agents/of_the_sdk.py, line 1: ModuleNotFoundError: No module named 'agentex.lib.nothing'. "
        "docs/agents-reference.md lists the built-in parts of agentex-sdk",
    ),
    "invented": (
        "from agents import Agent, SQLSession\n",
        "which runs here, has no “SQLSession”. It has SQLiteSession",
    ),
    "moved": (
        "from agents.models import OpenAIResponsesModel\n",
        "agents/moved.py, line 1: ImportError: cannot import name 'OpenAIResponsesModel' from 'agents.models'",
    ),
    "created": (
        "from agents import Runner\nrunner = Runner(agents=[])\n",
        "agents/created.py, line 2: TypeError: Runner() takes no arguments. The SDK's Runner is not created.",
    ),
    "empty_key": (
        "from openai import AsyncOpenAI\nAsyncOpenAI(api_key='')\n",
        'Its api_key is empty. Set the key in .env, and write: api_key=os.environ["…"].',
    ),
    "leaves": (
        "import sys\nsys.exit(3)\n",
        "agents/leaves.py, line 2: SystemExit: 3. Importing a file must not end the process.",
    ),
    "group": (
        "raise ExceptionGroup('several', [ExceptionGroup('inner', [KeyError('lamp')])])\n",
        "agents/group.py: KeyError: 'lamp'.",
    ),
    "interrupts": ("raise KeyboardInterrupt\n", "agents/interrupts.py, line 1: KeyboardInterrupt. Importing"),
    "dies": ("import os\nos._exit(1)\n", "agents/dies.py, line 2: SystemExit: 1. Importing"),
    "empty": ("", "agents/empty.py has no agent. Write: agent = Agent(name=…, instructions=…)."),
    "wrong": ("agent = 3\n", "agents/wrong.py: `agent` is a int, not an agents.Agent."),
    "misspelt": (
        "import agnets\n",
        "No module named 'agnets'. Do you mean agents? If it is a file of yours, put it next to this one.",
    ),
    "misspelt_of_python": ("import sqlite\n", "Do you mean sqlite3?"),
    "of_a_version": ("import httpx3\n", "such as: pip install httpx3."),
    "of_psutil": ("import psutil as x\n", "such as: pip install psutil."),
    "of_its_agent": ("from agent import x\n", "It seems to be a file of the project."),
    "of_its_project": (
        "from src.config import key\n",
        "It seems to be a file of the project. Put it next to this one, and write: from config import …",
    ),
    "of_azure": ("from azure.identity.aio import x\n", "such as: pip install azure-identity."),
    "of_azures_storage": ("from azure.storage.blob import x\n", "such as: pip install azure-storage-blob."),
    "of_google": ("from google import genai\n", "such as: pip install google-genai."),
    "of_googles_cloud": ("from google.cloud import storage\n", "such as: pip install google-cloud-storage."),
    "of_googles_auth": ("import google.oauth2.credentials\n", "such as: pip install google-auth."),
    "of_another_agent": (
        "from agents.good import agent\n",
        "`agents` is the Agents SDK. For your own file, write: from good import …",
    ),
    "quoted": ("x = “a”\n", "invalid character '“' (U+201C). Write straight quotes"),
    "waits": ("def f():\n    await g()\n", "'await' outside async function. Write async def."),
    "free_fields": (
        "from agents import function_tool\n@function_tool\ndef save(record: dict) -> str: ...\n",
        "For a tool, write @function_tool(strict_mode=False)",
    ),
    "option": (
        "from agents import Agent\nagent = Agent(name='A', instruction='b')\n",
        "unexpected keyword argument 'instruction'. Do you mean instructions?",
    ),
    "listed": (
        "from agents import Agent\nteam = [Agent(name='A'), Agent(name='B')]\n",
        "agents/listed.py: `team` is a list of agents. Write: agent = team[0].",
    ),
    "children": (
        CHILD.format("Lonely").replace("text: str", "text: str, other: str"),
        "agents/children.py, line 3: Lonely takes no messages: its run needs one argument, the person's message",
    ),
    "twice": (
        WORKFLOW.format("First") + WORKFLOW.format("Second"),
        "First (agents/twice.py, line 3) and Second (agents/twice.py, line 8) both take messages.",
    ),
    "reserved": (
        AGENT.format("R") + ACTIVITY.format("get_task"),
        "agents/reserved.py, line 5: the product itself has a “get_task”. Rename the activity.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_costs_one_agent_and_is_named(
    files: Files, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    text, sentence = FAULTS[name]
    files({**GOOD, f"{name}.py": text})
    catalog = load_catalog()
    assert list(catalog.agents) == ["good"], catalog.broken
    assert sentence in catalog.broken[name]
    assert os._exit.__module__ == "posix"


def test_the_file_that_failed_is_named_and_not_the_folder(files: Files) -> None:
    files({**GOOD, "shop/__init__.py": "from . import tools\n", "shop/tools.py": "\n\n1 / 0\n"})
    assert load_catalog().broken == {
        "shop": "agents/shop/tools.py, line 3: ZeroDivisionError: division by zero."
    }


FINE = """
from dataclasses import replace
from agents import tool_namespace

formal = replace(look, is_enabled=lambda context, agent: True)
spaced = [each for name in ("a", "b") for each in tool_namespace(name=name, description="D", tools=[look])]
free = replace(look, name="free", params_json_schema={}, strict_json_schema=False)
agent = Agent(name='F', tools=[formal, replace(formal), *spaced, free])
"""


def test_tools_that_cannot_do_what_is_meant_are_noted(files: Files) -> None:
    sdk = "from agents import Agent, function_tool\n"
    method = "class Shop:\n    @function_tool\n    def count(self, fruit: str) -> str: ...\n"
    one = "@function_tool\ndef look(x: str) -> str: ...\n"
    files(
        {
            "method.py": sdk + method + "agent = Agent(name='M', tools=[Shop.count])\n",
            "twice.py": sdk + one + "agent = Agent(name='T', tools=[look, look])\n",
            "fine.py": sdk + one + FINE,
        }
    )
    agents = load_catalog().agents
    assert not agents["fine"].warnings
    assert "write: tools=[function_tool(….count)]" in agents["method"].warnings[0]
    assert "two tools of “T” are named “look”" in agents["twice"].warnings[0]


SHARED = """
from agents import Agent, RunContextWrapper, function_tool
NAMES: list[str] = []
RATES = {"euro": 1}
count = 0
@function_tool
def look(context: RunContextWrapper[dict[str, list[str]]], word: str) -> str:
    names = context.context["names"]
    names.append(word)
    return str(RATES.get(word))
@function_tool
def keep(word: str) -> str:
    %s
    return word
agent = Agent(name="S", tools=[look, keep])
"""


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("NAMES.append(word)", "NAMES"),
        ("RATES[word] = 2", "RATES"),
        ("global count; count += 1", "count"),
        ("NAMES = [word]; NAMES.append(word)", ""),
        ("sorted(NAMES)", ""),
    ],
)
def test_tools_that_change_what_all_chats_share_are_noted(files: Files, change: str, name: str) -> None:
    files({"shared.py": SHARED % change})
    catalog = load_catalog()
    assert catalog.broken == {}
    assert catalog.warnings == (
        [
            f"agents/shared.py, line 13: keep() changes the variable “{name}”, which all chats share and a restart "
            "loses. Keep it in a run context (CONTEXT), or in a file or a database."
        ]
        if name
        else []
    )


def test_a_folder_without_an_agent_says_where_to_write_it(files: Files) -> None:
    files({**GOOD, "empty/notes.py": ""})
    assert (
        "in agents/empty/agent.py, or a workflow in agents/empty/workflow.py"
        in load_catalog().broken["empty"]
    )


HANGS = {
    "plainly": "while True:\n    pass\n",
    "catches_all": "while True:\n    try:\n        pass\n    except:\n        pass\n",
    "catches_twice": "def f():\n    while True:\n        try:\n            g()\n        except BaseException:\n"
    "            continue\ndef g():\n    try:\n        while True: pass\n    except: pass\nf()\n",
}


def test_imports_that_hang_are_interrupted(files: Files) -> None:
    files({**GOOD, **{f"{name}.py": text for name, text in HANGS.items()}})
    catalog = load_catalog(longest=0.3)
    assert list(catalog.agents) == ["good"], catalog.broken
    assert {
        name for name, reason in catalog.broken.items() if "still being imported after 0.3 s" in reason
    } == {*HANGS}


def test_of_two_activities_of_one_name_the_older_file_keeps_it(files: Files) -> None:
    folder = files(
        {
            "a.py": AGENT.format("A") + ACTIVITY.format("charge"),
            "b.py": AGENT.format("B") + ACTIVITY.format("charge"),
        }
    )
    older(folder / "b.py")
    catalog = load_catalog()
    assert list(catalog.agents) == ["b"]
    assert catalog.broken["a"] == (
        "agents/a.py, line 5: the activity “charge” is also in agents/b.py, line 5, which keeps it. Rename one."
    )


def test_two_files_may_share_an_mcp_server_but_not_its_name(files: Files) -> None:
    program = (
        "from mcp import StdioServerParameters\n"
        "PROGRAMS = [StdioServerParameters(command='npx', args=['server'])]\n"
    )
    server = "def files(): ...\nMCP_SERVERS = {'files': files}\n"
    folder = files(
        {
            "a.py": AGENT.format("A") + program + server,
            "b.py": AGENT.format("B") + program + server,
            "c.py": AGENT.format("C") + program,
        }
    )
    older(folder / "b.py")
    catalog = load_catalog()
    assert list(catalog.agents) == ["b", "c"]
    assert catalog.broken["a"] == (
        "agents/a.py, line 5: the MCP server “files” is also in agents/b.py, line 5, which keeps it. Rename one."
    )


def older(path: Path) -> None:
    os.utime(path, (1, 1))


def test_a_file_and_a_folder_of_one_name_are_refused(files: Files) -> None:
    files({"a.py": AGENT.format("A"), "a/__init__.py": AGENT.format("A")})
    assert load_catalog().broken == {"a": "agents/a.py and agents/a have the same name. Rename one."}


def test_check_says_the_same(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files({**GOOD, "syntax.py": "agent = = 1\n"})
    with pytest.raises(CommandError, match=r"1 agent in agents/ cannot be used"):
        call_command("check")
    assert "agents/syntax.py, line 1: SyntaxError" in capsys.readouterr().err
