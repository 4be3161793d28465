"""Small mistakes of authors break at most their own agent, and the error names the mistake and a remedy."""

import pytest

from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files
from tests.unit.catalog.sources import GOOD

REFUSED = {
    "arguments": (
        GOOD + "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('file')\n"
        "parser.parse_args()\n",
        "agents/arguments.py, line 6: SystemExit: 2. Importing a file must not end the process.",
    ),
    "key": (
        GOOD + "from openai import AsyncOpenAI\nclient = AsyncOpenAI()\n",
        "Set OPENAI_API_KEY in .env. An agent needs no client of its own",
    ),
    "environment": (
        GOOD + "import os\nos.environ['NO_SUCH_NAME']\n",
        "agents/environment.py, line 4: KeyError: 'NO_SUCH_NAME'. Set it in .env, and restart the worker.",
    ),
    "key_of_another_server": (
        "import os\nfrom openai import AsyncOpenAI\nAsyncOpenAI(api_key=os.getenv('NO_SUCH_KEY'))\n" + GOOD,
        "Set NO_SUCH_KEY in .env, and restart the worker.",
    ),
    "checked_key": (
        "import os\nif not os.environ.get('NO_SUCH_KEY'):\n    raise ValueError('NO_SUCH_KEY is not set')\n"
        + GOOD,
        "agents/checked_key.py, line 3: ValueError: NO_SUCH_KEY is not set. Set it in .env, and restart the worker.",
    ),
    "data": (
        GOOD + "open('prices.csv')\n",
        "agents/data.py, line 3: FileNotFoundError: [Errno 2] No such file or directory: 'prices.csv'. "
        'Relative paths start in the server’s folder. Write: Path(__file__).parent / "prices.csv".',
    ),
    "package": (
        GOOD + "import yaml_of_mars\n",
        "pip install yaml_of_mars. If it is a file of yours, put it next to",
    ),
    "of_a_repository": (
        GOOD + "from company.tools.mail import send\n",
        "pip install company. If it is a file of yours, put it next to this one, and write: from mail import …",
    ),
    "of_examples": (
        GOOD + "from examples.web_search_utils import x\n",
        "Put it next to this one, and write: from web_search_utils import …",
    ),
    "renamed": (GOOD + "import cv2\n", "such as: pip install opencv-python."),
    "above": (
        GOOD + "from ..tasks.models import Task\n",
        "agents/above.py, line 3: ModuleNotFoundError: No module named '..tasks.models'. There is no such file in "
        "agents/. If its project has it above the agent's folder, copy the folder that contains both.",
    ),
    "far_above": (GOOD + "from .....x import y\n", "line 3: ModuleNotFoundError: No module named '.....x'."),
    "of_a_wrapper": (
        GOOD + "from wrapper_of_mars.openai import openai\n",
        "pip install wrapper_of_mars. If it is a file of yours, put it next to this one.",
    ),
    "option_of_a_handoff": (
        "from agents import Agent, handoff\nhandoff(Agent(name='A'), input_filters=None)\n",
        "unexpected keyword argument 'input_filters'. Do you mean input_filter?",
    ),
    "option_of_a_model": (
        "from agents import OpenAIChatCompletionsModel\nOpenAIChatCompletionsModel(model='m', api_key='k')\n",
        "Write: OpenAIChatCompletionsModel(model=…, openai_client=AsyncOpenAI(api_key=…, base_url=…)).",
    ),
    "setting_of_a_model": (
        "from agents import Agent\nagent = Agent(name='A', temperature=1)\n",
        "It is a setting of the model. Write: Agent(…, model_settings=ModelSettings(temperature=…)).",
    ),
    "option_of_the_authors": (
        GOOD + "def run(x): ...\nrun(y=1)\n",
        "TypeError: run() got an unexpected keyword argument 'y'.",
    ),
    "option_of_a_class": (
        GOOD + "class Prompt:\n    def __init__(self): ...\nPrompt(text='x')\n",
        "TypeError: Prompt.__init__() got an unexpected keyword argument 'text'.",
    ),
    "of_the_client": (
        "from openai import OpenAIChatCompletionsModel\n",
        "Write: from agents import OpenAIChatCompletionsModel.",
    ),
    "of_the_sdk": (GOOD + "from agents.planner import x\n", "`agents` is the Agents SDK."),
    "part": (GOOD + "import json.yaml\n", "Another version of “json”, or one of its extras, has it."),
    "tabs": (
        "if True:\n        a = 1\n\tb = 2\n",
        "agents/tabs.py, line 3: TabError: inconsistent use of tabs and spaces in indentation.",
    ),
    "unannotated": (
        "from agents import Agent, function_tool\n@function_tool\ndef add(a, *, b: object()):\n    return a\n"
        "agent = Agent(name='A', tools=[add])\n",
        "agents/unannotated.py, line 2: ",
    ),
    "undecorated": (
        "from agents import Agent\ndef add(a: int) -> int:\n    return a\nagent = Agent(name='A', tools=[add])\n",
        "agents/undecorated.py, line 4: A tool of “A” is the function add. Write @function_tool above the function.",
    ),
    "handoff_of_names": (
        "from agents import Agent\nagent = Agent(name='A', handoffs=['billing'])\n",
        "agents/handoff_of_names.py, line 2: A handoff of “A” is a str. Give agents, or handoff(agent, …).",
    ),
    "instructions": (
        "from agents import Agent\nagent = Agent(name='A', instructions=lambda context: 'x')\n",
        "agents/instructions.py, line 2: The instructions of “A” are a function with 1 arguments. Give it two",
    ),
    "guardrail": (
        "from agents import Agent\nasync def check(c, a, i): ...\nagent = Agent(name='A', input_guardrails=[check])\n",
        "agents/guardrail.py, line 3: A guardrail of “A” is the function check. Write @input_guardrail above",
    ),
    "guardrail_in_another": (
        "from agents import Agent, OutputGuardrail, output_guardrail\n"
        "@output_guardrail\nasync def check(c, a, o): ...\n"
        "agent = Agent(name='A', output_guardrails=[OutputGuardrail(guardrail_function=check)])\n",
        "line 4: A guardrail of “A” is inside another one. Write output_guardrails=[check].",
    ),
    "tool_module": (
        "from agents import tool\n@tool\ndef add(a: int) -> int: ...\n" + GOOD,
        "agents/tool_module.py, line 2: TypeError: 'module' object is not callable. `tool` of the Agents SDK is a",
    ),
    "tools_to_stop_at": (
        "from agents import Agent, StopAtTools\nagent = Agent(name='A', tool_use_behavior=StopAtTools(['a']))\n",
        'Write: StopAtTools(stop_at_tool_names=["…"]).',
    ),
    "not_async": (
        "\ndef on_message(turn): ...\n",
        "agents/not_async.py, line 2: Write: async def on_message(turn).",
    ),
    "without_turn": (
        "async def on_message(): ...\n",
        "agents/without_turn.py, line 1: Write: async def on_message",
    ),
    "long_name": (
        "from agents import Agent\nagent = Agent(name='n' * 201)\n",
        "agents/long_name.py, line 2: The name of an agent, “nnn",
    ),
    "odd_name": (
        "from agents import Agent\nagent = Agent(name='a\\ud800b')\n",
        "agents/odd_name.py, line 2: The name of an agent, 'a\\ud800b', has characters that cannot be shown.",
    ),
    "many_turns": (
        GOOD + "MAX_TURNS = 'many'\n",
        "MAX_TURNS is 'many'; write a whole number from 1 to 10,000.",
    ),
    "many_starters": (
        GOOD + "STARTERS = ['Hi'] * 21\n",
        "STARTERS may have at most 20 texts of 2,000 characters",
    ),
    "endless_starters": (GOOD + "STARTERS = iter(int, 1)\n", "STARTERS is not a list of strings."),
    "hooks": (
        GOOD + "from agents import RunHooks\nclass Own(RunHooks):\n"
        "    async def on_agent_end(self, context, agent): ...\nHOOKS = Own\n",
        "Own.on_agent_end cannot be called with what the SDK gives it. Write: async def on_agent_end(self, "
        "context, agent, output).",
    ),
    "of_no_server": (
        GOOD + "from temporalio.openai_agents.workflow import temporal_mcp_server\n"
        "def server():\n    return temporal_mcp_server('books')\n",
        "agents/of_no_server.py, line 5: no file has the MCP server “books”. Write at the end of the file a function "
        'that creates it, and: MCP_SERVERS = {"books": that_function}.',
    ),
    "not_beside_it": (
        GOOD + "from pathlib import Path\nPath(__file__).with_name('rules.md').read_text()\n",
        "Copy that file there, or correct the path.",
    ),
    "misspelt": (
        "from agents import Agent\nagent = Agent(name='A', instruction='x')\n",
        "agents/misspelt.py, line 2: TypeError: Agent.__init__() got an unexpected keyword argument",
    ),
    "huge": ("x = '" + "a" * 2_100_000 + "'\n", "agents/huge.py is 2.1 MB; the limit is 2 MB."),
    "deep": ("x = " + "(" * 500 + ")" * 500 + "\n", "agents/deep.py, line 1: SyntaxError: too many nested"),
    "strange": (
        "class Odd(Exception):\n    def __str__(self):\n        raise SystemExit\nraise Odd\n",
        "agents/strange.py, line 4: Odd.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_the_line_and_a_remedy(
    files: Files, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    text, sentence = REFUSED[name]
    files({"good.py": GOOD, f"{name}.py": text})
    catalog = load_catalog()
    assert list(catalog.agents) == ["good"]
    assert sentence in catalog.broken[name]


def test_a_file_in_another_encoding(files: Files) -> None:
    folder = files({"good.py": GOOD})
    (folder / "latin.py").write_bytes("x = 'café'\n".encode("latin-1"))
    (folder / "nulls.py").write_bytes(b"x = 1\0\n")
    catalog = load_catalog()
    assert list(catalog.agents) == ["good"]
    assert catalog.broken["latin"].startswith("agents/latin.py")
    assert catalog.broken["latin"].endswith("Save the file as UTF-8.")
    assert "agents/nulls.py" in catalog.broken["nulls"]


def test_files_that_import_each_other(files: Files) -> None:
    files(
        {
            "good.py": GOOD,
            "one.py": "from two import b\na = 1\n" + GOOD,
            "two.py": "from one import a\nb = 1\n" + GOOD,
        }
    )
    catalog = load_catalog()
    assert "good" in catalog.agents
    assert "Two files import each other. Move what both need to a third file." in catalog.broken["one"]
    assert "agentex_web.agents" not in catalog.broken["one"]
