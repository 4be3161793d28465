"""Small mistakes of authors break at most their own agent, and the error names the mistake."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from agentex_web import places
from agentex_web.adk import log_state, process_values, shared_modules
from agentex_web.adk.contained_import import ImportTooSlow, contained
from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files

GOOD = "from agents import Agent\nagent = Agent(name='Good')\n"

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


RUNS = {
    "runs_sync": (
        "from agents import Runner\nprint(Runner.run_sync(agent, 'hi').final_output)\n1 / 0\n",
        "line 4, runs an agent while it is imported.",
    ),
    "runs_async": (
        "import asyncio\nasync def main():\n    pass\ntry:\n    asyncio.run(main())\n"
        "except Exception:\n    1 / 0\n",
        "line 7, runs asyncio.run() while it is imported.",
    ),
    "runs_loop": (
        "import asyncio\nasyncio.new_event_loop().run_until_complete(asyncio.sleep(0))\n1 / 0\n",
        "line 4, runs an event loop while it is imported.",
    ),
    "forks": (
        "import os\nif os.fork() == 0:\n    os.read(0, 1)\n1 / 0\n",
        "line 4, runs a second process while it is imported.",
    ),
    "runs_without_await": (
        "from agents import Runner\nprint(Runner.run(agent, 'hi').final_output)\n1 / 0\n",
        "line 4, runs an agent while it is imported.",
    ),
    "runs_streamed": (
        "from agents import Runner\nresult = Runner.run_streamed(agent, 'hi')\n1 / 0\n",
        "line 4, runs an agent while it is imported.",
    ),
    "awaits": (
        "from agents import Runner\nresult = await Runner.run(agent, 'hi')\nasync with result:\n    pass\n",
        "line 4, uses await outside of a function.",
    ),
    "asks": (
        "def chat():\n    while True:\n        input('You: ')\nchat()\n1 / 0\n",
        "line 6, calls input() while it is imported, and nobody is there to answer.",
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_script_ends_where_it_runs_its_agent(files: Files, name: str) -> None:
    text, words = RUNS[name]
    files({f"{name}.py": GOOD + text})
    catalog = load_catalog()
    assert (list(catalog.agents), catalog.broken) == ([name], {})
    assert catalog.warnings == [
        f"agents/{name}.py, {words} The chat runs the agent, so the rest of the file was ignored. Move that line, "
        'and what uses its result, under: if __name__ == "__main__":'
    ]


def test_a_script_that_asks_before_it_makes_its_agent_is_refused(files: Files) -> None:
    files({"asks.py": "name = input('Who? ')\n" + GOOD})
    assert "agents/asks.py, line 1, calls input() while it is imported" in load_catalog().broken["asks"]


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


WORKS = {
    "untyped_tool": "from agents import Agent, function_tool\n@function_tool\ndef add(a, b):\n    return a\n"
    "agent = Agent(name='A', tools=[add])\n",
    "twice": GOOD + GOOD,
    "quiet": GOOD + "import sys, warnings\nwarnings.filterwarnings('ignore')\nsys.stdout = None\n",
    "console": GOOD + "import sys\nsys.stdout.reconfigure(encoding='utf-8')\n",
    "openai": GOOD + "import openai\nopenai.AsyncOpenAI\n",
    "json": GOOD + "import json\njson.dumps({})\n",
    "yaml_of_venus": GOOD,
    "pytest": GOOD + "import pytest\npytest.fixture\n",
}


@pytest.mark.parametrize("name", WORKS)
def test_it_works_all_the_same(files: Files, name: str) -> None:
    files({"good.py": GOOD, f"{name}.py": WORKS[name], "__init__.py": "raise ValueError('not imported')\n"})
    catalog = load_catalog()
    assert (catalog.broken, sorted(catalog.agents)) == ({}, sorted(["good", name]))
    assert "agents/__init__.py is not imported" in catalog.warnings[0]


def test_an_init_in_the_folder_does_not_hide_the_sdk(tmp_path: Path) -> None:
    for name in ("agentex_web/__init__.py", "agentex_web/sdk_import.py", "agentex_web/places.py"):
        copy = tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text((Path(places.PACKAGE).parent / name).read_text())
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("")
    # What `import agents` would import, which costs 2 s of CPU.
    program = "import agentex_web; from importlib.util import find_spec; print(find_spec('agents').origin)"
    found = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert "site-packages" in found.stdout, found.stderr


CHANGES = {
    "the working directory": "import os\nos.chdir('/')\n",
    "sys.path": "import sys\nsys.path.insert(0, '/')\n",
    "the environment": "import os\nos.environ['PATH'] = '/'\ndel os.environ['KEPT']\nos.environ['NEW'] = 'x'\n",
    "the log's handlers": "import logging\nlogging.basicConfig(level=10, force=True)\n",
    "logging.disable": "import logging\nlogging.disable(50)\n",
    "asyncio": "import asyncio\nasyncio.sleep = None\n",
    "asyncio's event loop": "import asyncio\nasyncio.BaseEventLoop.call_soon = None\n",
    "Python's builtins": "import builtins\nbuiltins.print = builtins.open = None\n",
    "ssl": "import ssl\nssl._create_default_https_context = ssl._create_unverified_context\n",
    "the event loop's policy": "import asyncio\nasyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())\n",
    "the handler of SIGTERM": "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
    "sys.excepthook": "import sys\nsys.excepthook = print\n",
    "the recursion limit": "import sys\nsys.setrecursionlimit(5000)\n",
    "the sockets' timeout": "import socket\nsocket.setdefaulttimeout(1)\n",
    "the log's level": "import logging\nlogging.getLogger().setLevel(1)\n",
    "the log's formats": "import logging\nlogging.getLogger().handlers[0].setFormatter(logging.Formatter('%(message)s'))\n",
    "the log's filters": "import logging\nlogging.getLogger().addFilter(lambda record: False)\n",
    "other loggers": "import logging.config\nlogging.config.dictConfig({'version': 1})\n",
    "the log records": "import logging\nlogging.setLogRecordFactory(print)\n",
    "the class of loggers": "import logging\nlogging.setLoggerClass(type('L', (logging.Logger,), {}))\n",
    "the warnings' display": "import logging\nlogging.captureWarnings(True)\n",
    "loggers": "import logging\nlogging.Logger.info = print\n",
    "the permissions of new files": "import os\nos.umask(0)\n",
    "the garbage collector": "import gc\ngc.disable()\n",
    "the garbage collector's limits": "import gc\ngc.set_threshold(1)\n",
    "the locale": "import locale\nlocale.setlocale(locale.LC_ALL, 'C.UTF-8')\n",
    "the time zone": "import os, time\nos.environ['TZ'] = 'Asia/Tokyo'\ntime.tzset()\n",
    "threading": "import threading\nthreading.excepthook = print\n",
    "the threads' stack size": "import threading\nthreading.stack_size(1 << 20)\n",
    "blocked signals": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n",
    "sys.unraisablehook": "import sys\nsys.unraisablehook = print\n",
    "the interval of thread switches": "import sys\nsys.setswitchinterval(60)\n",
    "the finders of modules": "import sys\nsys.meta_path.clear()\n",
    "loaded modules": "import sys\nsys.modules['json'] = None\ndel sys.modules['asyncio']\n",
    "JSON encoders": "import json\njson.JSONEncoder.default = lambda *_: ''\n",
    "the SDK's Runner": "from agents import Runner\nRunner.run = None\n",
    "os": "import os\nos.fork = os.getpid = None\n",
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_it_changes_for_everybody_is_put_back(
    files: Files, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT", "as it was")
    monkeypatch.delenv("NEW", raising=False)

    def state() -> list[object]:
        parts = [*process_values.parts(), *log_state.parts(), *log_state.quiet_parts()]
        names = (vars(each) for each in shared_modules.NAMESPACES.values())
        kept = {name: value for name, value in os.environ.items() if name != "NEW"}
        handlers = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
        return [
            *(read() for name, read, _ in parts if name != "other loggers"),
            *(dict(owner) for owner in names),
            *(kept, handlers, list(sys.meta_path), sys.modules["json"], time.tzname),
            logging.getLogger("asyncio").disabled,
        ]

    logging.getLogger("asyncio")
    before = state()
    files({"loud.py": CHANGES[what] + ("" if what == "the finders of modules" else GOOD)})
    catalog = load_catalog()
    assert list(catalog.agents) == ([] if what == "the finders of modules" else ["loud"]), catalog.broken
    assert state() == before
    assert len(catalog.warnings) == 1
    assert catalog.warnings[0].startswith("agents/loud.py changes ")
    assert what in catalog.warnings[0]
    assert ("NEW" in os.environ) is (what == "the environment")
    os.environ.pop("NEW", None)


def test_an_address_of_the_models_in_the_environment_is_that_of_the_files_own_agents(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    address = "import os\nos.environ['OPENAI_BASE_URL'] = 'http://own.invalid/v1'\n"
    files({"good.py": GOOD, "own.py": address + GOOD})
    catalog = load_catalog()
    assert "OPENAI_BASE_URL" not in os.environ
    assert catalog.agents["good"].settings.run_config is None
    assert next(iter(catalog.agents["own"].providers))
    (provider,) = catalog.agents["own"].providers.values()
    client = provider.get_model("m")._client  # type: ignore[attr-defined]
    assert str(client.base_url) == "http://own.invalid/v1/"


def test_a_thread_of_a_file_keeps_no_process_from_ending(files: Files) -> None:
    files(
        {
            "busy.py": GOOD + "import threading\nthread = threading.Thread(target=threading.Event().wait)\n"
            "thread.start()\n"
        }
    )
    assert list(load_catalog().agents) == ["busy"]
    started = [each for each in threading.enumerate() if each.name.startswith("Thread-")]
    assert started
    assert all(each.daemon for each in started)


def test_what_a_file_prints_has_a_limit(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    files({"loud.py": GOOD + "import sys\nfor _ in range(1000):\n    print('x' * 99)\nout = sys.stdout\n"})
    catalog = load_catalog()
    assert catalog.broken == {}
    printed = capsys.readouterr().out
    assert len(printed) < 10_100
    assert printed.endswith("… and 90,000 characters more\n")


def test_the_default_client_is_that_of_the_files_own_agents(files: Files) -> None:
    from agents.models import _openai_shared

    folder = files(
        {
            "good.py": GOOD,
            "gemini.py": "from config import client\n" + GOOD,
            "config.py": "from openai import AsyncOpenAI\n"
            "from agents import set_default_openai_api, set_default_openai_client, set_tracing_disabled\n"
            "client = AsyncOpenAI(api_key='k', base_url='http://gemini.invalid/v1')\n"
            "set_default_openai_client(client, use_for_tracing=False)\n"
            "set_default_openai_api('chat_completions')\nset_tracing_disabled(True)\n",
        }
    )
    (folder / "config.py").rename(Path(folder) / "_config.py")
    (folder / "gemini.py").write_text("from _config import client\n" + GOOD)
    catalog = load_catalog()
    assert catalog.broken == {}
    assert _openai_shared.get_default_openai_client() is None
    assert _openai_shared.get_use_responses_by_default()
    assert catalog.agents["good"].settings.run_config is None
    own = catalog.agents["gemini"]
    assert own.settings.run_config is not None
    assert own.settings.run_config.model_provider in own.providers.values()
    model = own.settings.run_config.model_provider.get_model("gemini-2.0-flash")
    assert type(model).__name__ == "ChatCompletionsModel"


def test_a_directory_that_was_removed_and_a_path_that_is_gone_keep_nothing_else_from_being_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, path = signal.getsignal(signal.SIGTERM), list(sys.path)
    monkeypatch.chdir(Path.cwd())
    with contained() as changed:
        (tmp_path / "gone").mkdir()
        os.chdir(tmp_path / "gone")
        (tmp_path / "gone").rmdir()
        sys.path = None  # type: ignore[assignment]
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGTERM) == before and sys.path == path
    assert {"the working directory", "sys.path", "the handler of SIGTERM"} <= set(changed)


@pytest.mark.parametrize("trick", ["catches", "turns the timer off"])
def test_an_import_that_defends_itself_is_interrupted(trick: str) -> None:
    with pytest.raises(ImportTooSlow), contained(0.1):
        if trick == "catches":
            with contextlib.suppress(BaseException):
                threading.Event().wait(60)
        else:
            signal.alarm(0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
        threading.Event().wait(60)


CHAINLIT = """
import chainlit as cl, nest_asyncio
from chainlit import Message
nest_asyncio.apply()
@cl.set_starters
async def starters():
    return [cl.Starter(label="x")]
@cl.step(type="tool")
def double(x):
    return 2 * x
@cl.on_message
async def on_message(message: cl.Message):
    await Message(content="hi").send()
assert double(2) == 4
"""
STREAMLIT = """
import streamlit as st
import gradio
st.set_page_config(page_title="x")
if "messages" not in st.session_state:
    st.session_state.messages = []
left, right = st.columns(2)
assert len(st.columns(10**9)) == 1000
with st.sidebar:
    name = st.text_input("Name")
for message in st.session_state.messages:
    1 / 0
assert name == "" and st.text_area("Manner", value="short", height=9) == "short"
assert st.toggle("Tools", value=True) and not st.checkbox("Loud")
assert st.selectbox("Model", ["a", "b"], index=1) == "b" and st.slider("Heat", 0, 9, value=3) == 3
if "agent" not in st.session_state:
    st.session_state["agent"] = agent
assert st.session_state.agent is agent
if st.button("Run") or (prompt := st.chat_input("Ask")):
    1 / 0
@st.cache_resource(ttl=60)
def double(x):
    return 2 * x
def answer(words, history):
    return words
gradio.ChatInterface(answer).launch(share=True)
assert double(2) == 4
"""


@pytest.mark.parametrize(("text", "names"), [(CHAINLIT, "chainlit"), (STREAMLIT, "gradio and streamlit")])
def test_a_page_of_its_own_does_nothing(files: Files, text: str, names: str) -> None:
    files({"shown.py": GOOD + text})
    catalog = load_catalog()
    assert catalog.broken == {}
    assert catalog.agents["shown"].workflow is None
    assert catalog.warnings == [
        f"agents/shown.py uses {names}. This chat is the page of its agent, so calls of {names} do nothing."
    ]
