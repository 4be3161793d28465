"""Reads the names of the agent, the workflow and the task queue from a project's ``manifest.yaml``.

The file consists of nested mappings. These few values need no YAML library.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import agentex_web.agents

FILE = "manifest.yaml"
_LINE = re.compile(r"""^(?P<indent>\s*)(?P<item>-\s+)?(?P<key>\w+):\s*(?P<value>"[^"]*"|'[^']*'|[^#]*)""")


@dataclass(frozen=True)
class Manifest:
    """The values; empty if the file does not have them."""

    title: str = ""
    description: str = ""
    workflow: str = ""
    task_queue: str = ""


def manifest_of(module: ModuleType) -> Manifest:
    """The manifest of the project that the module's file belongs to; an empty one without a file."""
    file: str | None = getattr(module, "__file__", None)
    return of(Path(file)) if file else Manifest()


def of(file: Path) -> Manifest:
    """The manifest of the project that a file belongs to; an empty one if the project has none."""
    path = folder_of(file) / FILE
    return read(path.read_text(encoding="utf-8")) if path.is_file() else Manifest()


def folder_of(file: Path) -> Path:
    """The project's folder in agents/; the file's own folder if it is not in such a folder."""
    for root in map(Path, agentex_web.agents.__path__):
        if file.is_relative_to(root) and len(file.relative_to(root).parts) > 1:
            return root / file.relative_to(root).parts[0]
    return file.parent


def read(text: str) -> Manifest:
    """Reads the values from a manifest's text."""
    values: dict[str, str] = {}
    keys: list[tuple[int, str]] = []
    for line in text.splitlines():
        if (found := _LINE.match(line)) is None:
            continue
        indent = len(found["indent"]) + len(found["item"] or "")
        keys = [*(each for each in keys if each[0] < indent), (indent, found["key"])]
        # Of several workflows, the first one counts.
        values.setdefault(".".join(key for _, key in keys), found["value"].strip().strip("\"'"))
    return Manifest(
        title=values.get("agent.name", ""),
        description=values.get("agent.description", ""),
        workflow=values.get("agent.temporal.workflows.name", ""),
        task_queue=values.get("agent.temporal.workflows.queue_name", ""),
    )
