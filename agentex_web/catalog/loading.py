"""Finds the files in agents/, imports each, and describes what it offers or what is wrong with it."""

import pkgutil
import traceback
from dataclasses import dataclass, field

import agentex_web.agents
from agentex_web.adk.agent_file import BadAgentFile, describe, import_agent
from agentex_web.compat.temporal_definitions import activity_name, workflow_name
from agentex_web.turns.registry import AgentDescription


@dataclass
class Catalog:
    """The agents that were found, by name, and for each file that offers none, the reason."""

    agents: dict[str, AgentDescription] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


def load_catalog() -> Catalog:
    """Imports every file and folder in agents/ whose name does not begin with an underscore."""
    catalog = Catalog()
    taken: dict[str, str] = {}
    for found in sorted(pkgutil.iter_modules(agentex_web.agents.__path__), key=lambda each: each.name):
        if found.name.startswith("_"):
            continue
        try:
            module = import_agent(f"agentex_web.agents.{found.name}")
            description = describe(found.name, module)
            _take_names(description, taken)
        except BadAgentFile as error:
            catalog.broken[found.name] = str(error)
        except (Exception, SystemExit) as error:  # noqa: BLE001  (a file may raise anything)
            catalog.broken[found.name] = _reason(error)
        else:
            catalog.agents[found.name] = description
    return catalog


def _take_names(description: AgentDescription, taken: dict[str, str]) -> None:
    """Two activities of one name would stop the whole worker; here they cost one file."""
    names = [activity_name(each) for each in description.activities]
    if description.workflow is not None:
        names.append(workflow_name(description.workflow))
    for each in names:
        if each in taken:
            raise BadAgentFile(
                f"Its activity or workflow “{each}” is also in agents/{taken[each]}.py. Rename one."
            )
    taken.update(dict.fromkeys(names, description.name))


def _reason(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in where if "importlib" not in frame.filename]
    line = (
        f" (line {own[-1].lineno} of {own[-1].name if own[-1].name != '<module>' else 'the file'})"
        if own
        else ""
    )
    if isinstance(error, SyntaxError):
        line = f" (line {error.lineno})"
    return f"{type(error).__name__}: {error}{line}"
