"""Paths and names of agents: the files and folders in agents/, and how messages name them."""

import keyword
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import agentex_web.agents

OTHERS_PACKAGES = ("node_modules", "site-packages", "__pycache__")
"""Folders with thousands of files, none of which is an agent's."""
_TEST = re.compile(rb"^[ \t]*(async[ \t]+)?def test_|^class Test", re.MULTILINE)
ENTRIES = ("__init__", "workflow", "agent", "project.workflow", "project.agent", "main")


def agent_names() -> list[str]:
    """The names of all agents: Python files and folders whose names begin with neither ``_`` nor ``.``.
    Files of tests are left out.
    """
    names = {
        path.stem if path.is_file() else path.name
        for folder in agentex_web.agents.__path__
        if Path(folder).is_dir()
        for path in Path(folder).iterdir()
        if not path.name.startswith(("_", ".")) and _is_python(path) and not _has_tests(path)
    }
    return sorted(names)


def paths_of(name: str) -> list[Path]:
    """The file or folder of an agent; more than one path if several have its name."""
    found = []
    for folder in map(Path, agentex_web.agents.__path__):
        found += [path for path in (folder / f"{name}.py", folder / name) if _is_python(path)]
        if found:
            break
    return found


def module_name(name: str) -> str:
    """The module name of an agent, which Temporal's sandbox writes into an import statement.

    ``000_hello-acp`` becomes ``agent_000_hello_acp``; a name that Python can import stays unchanged.
    """
    if name.isidentifier() and not keyword.iskeyword(name):
        return name
    return "agent_" + "".join(each if each.isalnum() else "_" for each in name)


def paths_of_module(module: str) -> list[Path]:
    """The files and folders in agents/ that belong to a module name below agentex_web.agents."""
    if paths := paths_of(module):
        return paths
    names = [each for each in agent_names() if module_name(each) == module]
    return paths_of(names[0]) if names else []


def entries(path: Path) -> Iterator[str]:
    """Yields the modules that may hold the agent or workflow, relative to the agent's; "" is its own."""
    if path.is_file():
        yield ""
        return
    for name in ENTRIES:
        if (path / f"{name.replace('.', '/')}.py").is_file():
            yield "" if name == "__init__" else name


def free_entry(path: Path) -> str:
    """A file that the author can add to an agent's folder. A package agent/ would hide an agent.py."""
    taken = [each.stem for each in path.iterdir()]
    return next((f"{each}.py" for each in ("agent", "main", "workflow") if each not in taken), "agent.py")


def shown(path: str | Path) -> str:
    """A path in the form used in messages: ``agents/shop/tools.py``."""
    path = Path(path)
    for folder in map(Path, agentex_web.agents.__path__):
        if path.is_relative_to(folder):
            return str(Path(folder.name) / path.relative_to(folder))
    return str(path)


def agent_at(place: str) -> str:
    """The module name of the agent of a place such as ``agents/shop/tools.py, line 3``, or ""."""
    parts = Path(place.rpartition(", line ")[0] or place).parts
    return module_name(parts[1].removesuffix(".py")) if len(parts) > 1 else ""


def is_authors(path: str) -> bool:
    """True if the file is below agents/."""
    return any(Path(path).is_relative_to(folder) for folder in agentex_web.agents.__path__)


def shown_module(module: ModuleType) -> str:
    """The module's file in the form used in messages."""
    return shown(getattr(module, "__file__", None) or module.__name__)


def _has_tests(path: Path) -> bool:
    """True for a file that pytest collects. An agent may also have a name such as ``test_run``."""
    if path.name == "conftest.py":
        return True
    if not (path.name.startswith("test_") or path.stem.endswith("_test")) or not path.is_file():
        return False
    try:
        return _TEST.search(path.read_bytes()) is not None
    except OSError:
        return False


def _is_python(path: Path) -> bool:
    if path.is_file():
        return path.suffix == ".py"
    # Of a folder that may not be read, os.path says that it has no such file, and pathlib raises.
    if path.name in OTHERS_PACKAGES or os.path.exists(path / "pyvenv.cfg"):
        return False
    return any(path.glob("*.py")) or any(path.glob("[!._]*/*.py"))
