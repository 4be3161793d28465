"""`manage.py startagent`: what it writes loads, and can be talked to."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from agentex_web.management.commands.startagent import CHOICES
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def test_each_template_makes_an_agent_that_answers(stack: Stack, person: Person) -> None:
    """Written before the worker starts again, as a person would."""
    for template in CHOICES:
        call_command("startagent", f"made_{template}", template=template, verbosity=0)
    folder = Path(stack.environment["AGENTEX_AGENT_DIRS"].split(",")[0])
    try:
        stack.kill("worker")
        stack.start_worker()
        for template in CHOICES:
            stack.model.script(text(f"I am {template}."), match=f"hello made {template}")
            turn = ended(last_turn(person.begin(f"made_{template}", f"hello made {template}")))
            assert turn.messages.get(author="agent").content == f"I am {template}.", turn.error
    finally:
        for template in CHOICES:
            (folder / f"made_{template}.py").unlink()
    # The workflow of one's own remembers, too.
    stack.model.script(text("You said hello."), match="what did I say?")
    task = person.user.tasks.get(agent="made_workflow")
    assert ended(person.send(task, "what did I say?")).status == "done"
    told = stack.model.requests("what did I say?")[0]["body"]["input"]
    assert [words_of(item) for item in told][:2] == ["hello made workflow", "I am workflow."]


def words_of(item: dict[str, Any]) -> str:
    content = item["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


@pytest.mark.parametrize("name", ["Travel", "travel desk", "1st", "class", "_hidden", "../escape"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, settings: Settings, name: str) -> None:
    settings.AGENTEX_AGENT_DIRS = [tmp_path]
    with pytest.raises(CommandError, match="no module's name"):
        call_command("startagent", name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    settings.AGENTEX_AGENT_DIRS = [tmp_path]
    (tmp_path / "desk.py").write_text("mine = True\n")
    with pytest.raises(CommandError, match="exists already"):
        call_command("startagent", "desk")
    assert (tmp_path / "desk.py").read_text() == "mine = True\n"


def test_the_readmes_agent_is_one() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    module = ast.parse(example)
    names = {target.id for node in module.body if isinstance(node, ast.Assign) for target in node.targets}
    assert {"agent", "STARTERS"} <= names and ast.get_docstring(module)
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
