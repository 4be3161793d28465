"""Files that would run their agent, ask questions or show a page of their own while they are imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from agentex_web import places
from agentex_web.catalog.loading import load_catalog
from tests.unit.catalog.conftest import Files
from tests.unit.catalog.sources import GOOD

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
assert st.secrets.get("NOT_SET", "x") == "x" and st.secrets.get("NOT_SET") is None
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


NOTEBOOK = """
get_ipython().system('pip install openai-agents')
from google.colab import userdata
from google.colab import drive
from IPython.display import Markdown, display
import IPython.display as shown
drive.mount('/content')
assert userdata.get('COLAB_KEY') == 'k'
display(Markdown('x'), shown.HTML('y'))
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (CHAINLIT, "chainlit"),
        (STREAMLIT, "gradio and streamlit"),
        (NOTEBOOK, "IPython and google.colab"),
    ],
)
def test_a_page_of_its_own_does_nothing(
    files: Files, text: str, names: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLAB_KEY", "k")
    files({"shown.py": GOOD + text})
    catalog = load_catalog()
    assert catalog.broken == {}
    assert catalog.agents["shown"].workflow is None
    assert catalog.warnings == [
        f"agents/shown.py uses {names}. This chat is the page of its agent, so calls of {names} do nothing."
    ]
