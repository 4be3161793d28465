"""The agents that `manage.py startagent` writes can be loaded, and answer."""

import ast
import asyncio
import re
import runpy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from agentex_web.adk import agent_paths
from agentex_web.adk.testing import chat, text
from agentex_web.catalog.loading import load_catalog
from agentex_web.management.commands import startagent
from agentex_web.management.commands.startagent import CHOICES


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.AGENTEX_AGENT_DIRS = [tmp_path / "agents"]
    return tmp_path


@pytest.mark.parametrize("template", CHOICES)
def test_each_template_makes_an_agent_that_answers(
    folder: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("startagent", f"made_{template}", template=template, verbosity=0)
    monkeypatch.setattr("agentex_web.agents.__path__", [str(folder / "agents")])
    catalog = load_catalog()
    assert (list(catalog.agents), catalog.broken) == ([f"made_{template}"], {})
    [path] = agent_paths.paths_of(f"made_{template}")
    asyncio.run(talk(path, template))


async def talk(agent: Path, template: str) -> None:
    async with chat(agent) as made:
        made.model.script(text(f"I am {template}."), text("You said hello."))
        assert (await made.send("hello")).answer == f"I am {template}."
        # The template with its own workflow also remembers.
        assert (await made.send("what did I say?")).answer == "You said hello."
        remembered = made.model.requests[-1].input
    assert [words_of(item) for item in remembered][:2] == ["hello", f"I am {template}."]


def words_of(item: dict[str, Any]) -> str:
    content = item["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


@pytest.mark.parametrize(
    ("installed", "command"), [(False, "make test ARGS={}"), (True, "python -m pytest {}")]
)
def test_it_says_how_to_test_the_agent(
    folder: Path, installed: bool, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startagent, "INSTALLED", installed)
    said = StringIO()
    call_command("startagent", "told", stdout=said)
    assert command.format(folder / "tests" / "test_told.py") in said.getvalue()


@pytest.mark.parametrize("template", CHOICES)
def test_each_template_comes_with_tests_that_pass(folder: Path, template: str) -> None:
    call_command("startagent", f"tested_{template}", template=template, verbosity=0)
    found = runpy.run_path(str(folder / "tests" / f"test_tested_{template}.py"))
    tests = [each for name, each in found.items() if name.startswith("test_")]
    assert tests
    for each in tests:
        each()


@pytest.mark.parametrize("name", ["Travel", "travel desk", "1st", "class", "_hidden", "../escape"])
def test_a_name_that_is_none_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(CommandError, match="not a valid module name"):
        call_command("startagent", name)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("existing", ["agents/desk.py", "tests/test_desk.py"])
def test_a_file_that_exists_is_left_alone(folder: Path, existing: str) -> None:
    (folder / existing).parent.mkdir()
    (folder / existing).write_text("mine = True\n")
    with pytest.raises(CommandError, match="exists already"):
        call_command("startagent", "desk")
    assert list(folder.rglob("*.py")) == [folder / existing]
    assert (folder / existing).read_text() == "mine = True\n"


def test_the_readmes_agent_is_one() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    module = ast.parse(example)
    names = {target.id for node in module.body if isinstance(node, ast.Assign) for target in node.targets}
    assert {"agent", "STARTERS"} <= names and ast.get_docstring(module)
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
