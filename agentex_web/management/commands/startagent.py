"""`manage.py startagent NAME`: writes a new agent (a file or folder in agents/) and its test in tests/."""

import keyword
from argparse import ArgumentParser
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import agentex_web.catalog
from agentex_web.places import INSTALLED

TEMPLATES = Path(agentex_web.catalog.__file__).parent / "templates"
CHOICES = {
    "chat": "an agent that answers",
    "tools": "an agent with a function tool and an activity",
    "workflow": "a workflow of your own, with messages and state",
    "handoffs": "an agent that hands over to others",
    "approval": "an agent with a tool that needs approval",
    "folder": "a folder with its tools and its instructions in files of their own",
}


class Command(BaseCommand):
    help = "Writes agents/NAME.py and tests/test_NAME.py. Templates: " + "; ".join(
        f"{name}: {what}" for name, what in CHOICES.items()
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="The name of the agent's file, such as travel_desk.")
        parser.add_argument(
            "--template", choices=list(CHOICES), default="chat", help="What it begins with. Default: chat."
        )

    def handle(self, *args: Any, name: str, template: str, **options: Any) -> None:
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_") or not name.islower():
            raise CommandError(
                f"“{name}” is not a valid module name. Use lowercase letters, digits and _: travel_desk."
            )
        agents: Path = settings.AGENTEX_AGENT_DIRS[0]
        folder = (TEMPLATES / template).is_dir()
        path = agents / (name if folder else f"{name}.py")
        test = agents.parent / "tests" / f"test_{name}.py"
        for each in (agents / name, agents / f"{name}.py", test):
            if each.exists():
                raise CommandError(f"{each} exists already; choose another name.")
        if folder:
            for each in sorted((TEMPLATES / template).iterdir()):
                _write(path / each.stem, f"{template}/{each.name}", name)
        else:
            _write(path, f"{template}.py.txt", name)
        _write(test, f"test_{template}.py.txt", name)
        self.stdout.write(
            f"{path} is written. A worker that was started by `run` serves it now; restart any other.\n"
            f"{test} tests it without any service: {_test_command(test)}"
        )


def _test_command(test: Path) -> str:
    if INSTALLED:
        return f"python -m pytest {test} (after pip install pytest)"
    return f"make test ARGS={test}"


def _write(path: Path, template: str, name: str) -> None:
    title = name.replace("_", " ").title()
    text = Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(
        name=name, title=title, class_name=title.replace(" ", "") + "Workflow"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
