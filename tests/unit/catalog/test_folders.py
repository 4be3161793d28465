"""An agent may be a folder, with activities, workflows and prompts in other files."""

from pathlib import Path

from agentex_web.catalog.loading import load_catalog
from agentex_web.compat.temporal_definitions import activity_name, workflow_name
from tests.unit.catalog.conftest import Files

AGENT = "from agents import Agent\nagent = Agent(name='{}', instructions='x')\n"
ACTIVITY = """
from temporalio import activity
@activity.defn
async def {}(text: str) -> str:
    return text
"""
WORKFLOW = """
from agentex_web import adk
class {}(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        pass
"""
CHILD = """
from temporalio import workflow
@workflow.defn
class {}:
    @workflow.run
    async def run(self, text: str) -> str:
        return text
"""


def activities(name: str) -> list[str]:
    catalog = load_catalog()
    assert catalog.broken == {}
    return [activity_name(each) for each in catalog.agents[name].activities]


def test_a_folder_is_one_agent_with_the_activities_of_its_other_files(files: Files) -> None:
    files(
        {
            "shop/__init__.py": "from .tools import pay\n" + AGENT.format("Shop"),
            "shop/tools.py": ACTIVITY.format("pay"),
        }
    )
    assert activities("shop") == ["pay"]


def test_files_of_tests_are_no_agents(files: Files) -> None:
    files(
        {
            "conftest.py": "raise RuntimeError",
            "test_desk.py": "async def test_desk():\n    raise RuntimeError",
            "test_run.py": AGENT.format("Run"),
        }
    )
    catalog = load_catalog()
    assert catalog.broken == {} and "test_run" in catalog.agents
    assert not {"conftest", "test_desk"} & catalog.agents.keys()


def test_a_folder_may_have_its_agent_in_agent_py_and_no_init(files: Files) -> None:
    files(
        {"desk/agent.py": "import tools\n" + AGENT.format("Desk"), "desk/tools.py": ACTIVITY.format("dial")}
    )
    catalog = load_catalog()
    assert catalog.agents["desk"].file == "agents/desk/agent.py"
    assert activities("desk") == ["dial"]


def test_a_folder_may_name_its_files_as_its_repository_does(files: Files) -> None:
    files(
        {
            "desk/agent.py": (
                "from samples.desk.tools.phone import dial\nfrom agents.words import HELLO\n"
                "import samples.desk.agents.words as words\nassert words.HELLO is HELLO\n"
                + AGENT.format("Desk")
            ),
            "desk/tools/phone.py": ACTIVITY.format("dial"),
            "desk/agents/words.py": "from agents import Agent\nHELLO = 'hello'\n",
        }
    )
    assert activities("desk") == ["dial"]


def test_a_folder_without_an_entry_is_refused_with_the_line_to_write(files: Files) -> None:
    files(
        {
            "hello/workflows/greet.py": CHILD.format("Greet"),
            "desk/bots/front.py": AGENT.format("Front").replace("agent =", "front ="),
        }
    )
    broken = load_catalog().broken
    assert broken["hello"] == (
        "agents/hello has no agent.py. Write it, with one line: from .workflows.greet import Greet"
    )
    assert broken["desk"].endswith("with one line: from .bots.front import front as agent")


def test_the_entry_to_write_is_one_that_no_package_hides(files: Files) -> None:
    files(
        {
            "desk/agent/__init__.py": "",
            "desk/agent/front.py": AGENT.format("Front"),
            "desk/main.py": "x = 1\n",
        }
    )
    assert load_catalog().broken["desk"] == (
        "agents/desk has no workflow.py. Write it, with one line: from .agent.front import agent"
    )


def test_two_folders_may_each_have_a_package_of_one_name(files: Files) -> None:
    for name in ("one", "two"):
        files(
            {
                f"{name}/project/__init__.py": "",
                f"{name}/project/prompts.py": f"WORDS = 'I am {name}'\n",
                f"{name}/project/workflow.py": (
                    "import project.prompts\nfrom project.activities import *\n"
                    "DESCRIPTION = project.prompts.WORDS\n" + WORKFLOW.format(f"{name.title()}Flow")
                ),
                f"{name}/project/activities.py": ACTIVITY.format(f"do_{name}"),
            }
        )
    catalog = load_catalog()
    assert catalog.broken == {}
    assert [each.description for each in catalog.agents.values()] == ["I am one", "I am two"]
    assert (activities("one"), activities("two")) == (["do_one"], ["do_two"])


def test_an_import_inside_a_function_finds_the_same_folder(files: Files) -> None:
    files(
        {
            "late/__init__.py": AGENT.format("Late")
            + "def words() -> str:\n    from texts import HELLO\n    return HELLO\n",
            "late/texts.py": "HELLO = 'hello'\n",
        }
    )
    assert load_catalog().broken == {}
    import agentex_web.agents.late as late  # type: ignore[import-not-found]

    assert late.words() == "hello"


def test_a_shared_helper_serves_two_agents_with_one_activity(files: Files) -> None:
    files(
        {
            "_common.py": ACTIVITY.format("shared"),
            "a.py": "from _common import shared\n" + AGENT.format("A"),
            "b.py": "from agentex_web.agents._common import shared\n" + AGENT.format("B"),
        }
    )
    catalog = load_catalog()
    assert (list(catalog.agents), catalog.broken) == (["a", "b"], {})
    assert [activity_name(each) for each in catalog.activities()] == ["shared"]


def test_the_names_of_packages_stay_theirs(files: Files) -> None:
    files(
        {
            "x/agents/planner.py": AGENT.format("Planner").replace("agent =", "planner ="),
            "x/json.py": "",
            "x/agent.py": "import json\nfrom .agents.planner import planner as agent\njson.dumps({})\n",
        }
    )
    catalog = load_catalog()
    assert catalog.broken == {}
    assert catalog.agents["x"].title == "Planner"


def test_a_child_workflow_is_served_and_not_offered(files: Files) -> None:
    files({"parent.py": WORKFLOW.format("Parent") + CHILD.format("Child")})
    catalog = load_catalog()
    assert list(catalog.agents) == ["parent"]
    parent = catalog.agents["parent"]
    assert parent.workflow is not None and workflow_name(parent.workflow) == "Parent"
    assert [workflow_name(each) for each in catalog.workflows()] == ["Parent", "Child"]


def test_methods_are_activities_of_an_object(files: Files) -> None:
    methods = """
from temporalio import activity
class Bank:
    def __init__(self, rate: int{default}) -> None:
        self.rate = rate
    @activity.defn
    async def {name}(self, amount: int) -> int:
        return amount * self.rate
"""
    files(
        {
            "bank.py": AGENT.format("Bank") + methods.format(default=" = 3", name="grow"),
            "vault.py": AGENT.format("Vault") + methods.format(default="", name="keep") + "bank = Bank(7)\n",
            "lost.py": AGENT.format("Lost") + methods.format(default="", name="lose"),
        }
    )
    catalog = load_catalog()
    assert [each.__self__.rate for each in catalog.activities()] == [3, 7]
    assert list(catalog.broken) == ["lost"]
    assert "agents/lost.py, line 5: the activities of Bank need an instance" in catalog.broken["lost"]


def test_the_mark_of_an_editor_in_a_folder_costs_nothing(files: Files) -> None:
    folder = files({"desk/agent.py": AGENT.format("Desk"), "good.py": AGENT.format("Good")})
    (folder / "desk" / ".#agent.py").symlink_to("somebody@machine.4711:1")
    catalog = load_catalog()
    assert (list(catalog.agents), catalog.broken) == (["desk", "good"], {})


def test_the_files_that_code_reads_while_it_is_imported_are_noted(files: Files) -> None:
    folder = files(
        {
            "desk/prompt.md": "Be brief.",
            "desk/agent.py": "from pathlib import Path\nHERE = Path(__file__).parent\n"
            "(HERE / 'log.txt').open('a').close()\nTEXT = (HERE / 'prompt.md').read_text()\n"
            + AGENT.format("Desk"),
            "lost.py": "open(__file__.replace('lost.py', 'later.md'))\n" + AGENT.format("Lost"),
        }
    )
    found = {Path(each).relative_to(folder).as_posix() for each in load_catalog().reads}
    assert found == {"desk/prompt.md", "later.md"}


def test_what_another_file_imports_is_no_agent_that_went_wrong(files: Files) -> None:
    files(
        {
            "desk.py": "from words import HELLO\nfrom lib.more import WORLD\n" + AGENT.format("Desk"),
            "words.py": "HELLO = 'hello'\n",
            "lib/more.py": "WORLD = 'world'\n",
            "alone.py": "HELLO = 'hello'\n",
            "lost.py": "from phrases import HELLO\n1 / 0\n",
            "phrases.py": "HELLO = 'hello'\n",
        }
    )
    catalog = load_catalog()
    assert (list(catalog.agents), sorted(catalog.broken)) == (["desk"], ["alone", "lost", "phrases"])


def test_a_notebook_is_not_read_and_named(files: Files) -> None:
    files({"good.py": AGENT.format("Good"), "lesson.ipynb": "{}"})
    assert load_catalog().warnings == [
        "agents/lesson.ipynb is a notebook, and not read. To make Python code of it, run: "
        "jupyter nbconvert --to script lesson.ipynb"
    ]


def test_names_of_other_systems_are_refused_with_a_name_that_is_valid(files: Files) -> None:
    files({f"{name}.py": AGENT.format("Desk") for name in ("my agent", "shop (1)", "gru\u0308n")})
    assert [each.rpartition("as in: ")[2] for each in load_catalog().broken.values()] == [
        "gr\u00fcn.",
        "my_agent.",
        "shop_1.",
    ]


def test_folders_of_others_packages_are_no_agents(files: Files) -> None:
    files(
        {"node_modules/x/setup.py": "", "env/pyvenv.cfg": "", "env/bin/activate_this.py": "", "a.py": "1 / 0"}
    )
    assert list(load_catalog().broken) == ["a"]


def test_a_folder_that_may_not_be_read_costs_no_other_agent(files: Files) -> None:
    closed = files({"good.py": AGENT.format("Good"), "closed/agent.py": AGENT.format("Closed")}) / "closed"
    closed.chmod(0)
    try:
        # Root may read it all the same.
        assert "good" in load_catalog().agents
    finally:
        closed.chmod(0o700)
