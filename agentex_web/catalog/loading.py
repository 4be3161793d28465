"""Imports the files and folders in agents/, and describes what each offers or what is wrong with it."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import agentex_web.agents
from agentex_web.adk import agent_paths
from agentex_web.adk.agent_file import describe, import_agent
from agentex_web.adk.agent_modules import with_imports
from agentex_web.adk.agent_paths import module_name
from agentex_web.adk.bad_agent_file import BadAgentFile, NoAgent
from agentex_web.adk.contained_import import LONGEST_IMPORT, contained
from agentex_web.adk.read_files import noted_reads
from agentex_web.adk.taken_names import Taken, take_names
from agentex_web.catalog.fatal_imports import FatalImports
from agentex_web.catalog.faults import sentence, what_is_slow, what_was_undone
from agentex_web.turns.authors_modules import AGENTS, file_of
from agentex_web.turns.registry import AgentDescription

SLOW_IMPORT = 5.0
"""Seconds after which an import is mentioned: each start of the worker waits for it."""
ALL_IMPORTS, LEAST_EACH = 60.0, 5.0
"""When all imports together have taken this many seconds, each further file has only the second figure."""


@dataclass
class Catalog:
    """The agents found, by name, and the reason for each file or folder that offers none."""

    agents: dict[str, AgentDescription] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """Sentences that begin with the file's name."""
    doubts: dict[str, list[str]] = field(default_factory=dict)
    """Sentences about what works, but not as its author may expect, by agent; "" for the whole folder."""
    reads: set[str] = field(default_factory=set)
    """The files that the agents' code read while it was imported."""

    @property
    def warnings(self) -> list[str]:
        """All doubts, those about the folder first."""
        return [each for name in sorted(self.doubts) for each in self.doubts[name]]

    def doubt(self, name: str, *sentences: str) -> None:
        """Adds sentences to those about this agent."""
        if sentences:
            self.doubts.setdefault(name, []).extend(sentences)

    def activities(self) -> list[Callable[..., Any]]:
        """The activities of all agents, each once."""
        return list(dict.fromkeys(each for agent in self.agents.values() for each in agent.activities))

    def workflows(self) -> list[type]:
        """The workflows of all agents, each once."""
        return list(dict.fromkeys(each for agent in self.agents.values() for each in agent.workflows))


def load_catalog(
    fatal: FatalImports | None = None, *, try_again: bool = False, longest: float = LONGEST_IMPORT
) -> Catalog:
    """Imports all agents in agents/. A failure affects only the agent whose file caused it.

    Args:
        fatal: remembers the files whose import ended the process; they are left out until they change.
        try_again: imports these files too.
        longest: seconds that each import may take.
    """
    fatal = fatal or FatalImports()
    catalog = Catalog()
    catalog.doubt("", *_needless())
    found, spent = [], 0.0
    without: dict[str, str] = {}
    used: set[str] = set()
    for name in agent_paths.agent_names():
        if not try_again and (reason := fatal.reason(name)):
            catalog.broken[name] = reason
            continue
        changed: list[str] = []
        began = time.monotonic()
        with fatal.noted(name):
            try:
                seconds = longest if spent < ALL_IMPORTS else LEAST_EACH
                with contained(seconds) as changed, noted_reads(catalog.reads):
                    module = import_agent(name)
                    found.append(describe(name, module))
                    used |= {file_of(each.__name__) for each in with_imports(module)}
            except NoAgent as error:
                without[name] = str(error)
            except BaseException as error:  # noqa: BLE001  (a file may raise anything)
                catalog.broken[name] = sentence(name, error)
        took = time.monotonic() - began
        spent += took
        if changed:
            catalog.doubt(name, what_was_undone(name, changed))
        if took > SLOW_IMPORT and name not in catalog.broken:
            catalog.doubt(name, what_is_slow(name, took))
    # What other files import is no agent that went wrong.
    catalog.broken |= {
        name: reason for name, reason in without.items() if f"{AGENTS}{module_name(name)}" not in used
    }
    taken: Taken = {}
    # If two agents use the same name, the more recently changed one is refused: the other was served before.
    for each in sorted(found, key=_changed):
        try:
            take_names(each, taken)
        except BadAgentFile as error:
            catalog.broken[each.name] = str(error)
        else:
            catalog.agents[each.name] = each
            catalog.doubt(each.name, *each.warnings)
    for name, reason in _without_servers(catalog.agents):
        catalog.broken[name] = reason
        del catalog.agents[name]
    catalog.agents = _told_apart(dict(sorted(catalog.agents.items())))
    return catalog


def _without_servers(agents: dict[str, AgentDescription]) -> list[tuple[str, str]]:
    """The agents that use an MCP server which no file has, each with the reason."""
    served = {server for each in agents.values() for server in each.mcp_servers}
    return [
        (
            name,
            f"{place}: no file has the MCP server “{server}”. Write at the end of the file a function that "
            f'creates it, and: MCP_SERVERS = {{"{server}": that_function}}.',
        )
        for name, each in agents.items()
        for server, place in list(each.used_servers.items())
        if server not in served
    ]


def _told_apart(agents: dict[str, AgentDescription]) -> dict[str, AgentDescription]:
    """Adds the file's name to titles that several agents have: many examples call theirs “Assistant”."""
    count = Counter(each.title.casefold() for each in agents.values())
    return {
        name: each if count[each.title.casefold()] == 1 else replace(each, title=f"{each.title} ({name})")
        for name, each in agents.items()
    }


def _needless() -> Iterator[str]:
    for folder in map(Path, agentex_web.agents.__path__):
        if (folder / "__init__.py").is_file():
            yield (
                f"{agent_paths.shown(folder / '__init__.py')} is not imported: `agents` is the name of the "
                "Agents SDK. Delete it."
            )
        for notebook in sorted(folder.glob("*.ipynb")):
            yield (
                f"{agent_paths.shown(notebook)} is a notebook, and not read. To make Python code of it, run: "
                f"jupyter nbconvert --to script {notebook.name}"
            )


def _changed(description: AgentDescription) -> tuple[float, str]:
    """When the agent's file, or the newest file in its folder, was changed."""
    files: list[Path] = []
    for path in agent_paths.paths_of(description.name):
        files += [path] if path.is_file() else path.rglob("*.py")
    return max(map(_time_of, files), default=0.0), description.name


def _time_of(file: Path) -> float:
    # Emacs marks a file that is being edited with a link to nowhere, such as .#agent.py.
    with suppress(OSError):
        return file.stat().st_mtime
    return 0.0
