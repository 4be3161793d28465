"""Says in one sentence why an agent's file cannot be used: the file, the line, the error and what to do."""

import traceback
from pathlib import Path

import agentex_web.agents
from agentex_web.adk import agent_paths
from agentex_web.adk.agent_file import BadAgentFile
from agentex_web.catalog.importing import ImportTooSlow


def sentence(name: str, error: BaseException) -> str:
    """Why the agent of this name cannot be used."""
    if isinstance(error, BadAgentFile):
        return str(error)
    if isinstance(error, SyntaxError):
        file = agent_paths.shown(error.filename or name)
        return f"{file}, line {error.lineno}: {type(error).__name__}: {error.msg}."
    words = str(error).removesuffix(".")
    return f"{_where(name, error)}: {type(error).__name__}{f': {words}' if words else ''}.{_remedy(error)}"


def _where(name: str, error: BaseException) -> str:
    frames = [
        each
        for each in traceback.extract_tb(error.__traceback__)
        if any(Path(each.filename).is_relative_to(root) for root in agentex_web.agents.__path__)
    ]
    if frames:
        return f"{agent_paths.shown(frames[-1].filename)}, line {frames[-1].lineno}"
    paths = agent_paths.paths_of(name)
    return agent_paths.shown(paths[0]) if paths else name


def _remedy(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        first = error.name.partition(".")[0]
        if first == "agentex":
            return " docs/agents.md lists what is here of agentex-sdk. For the rest: pip install agentex-sdk."
        return f" Install the package that has it, such as: pip install {first}."
    if isinstance(error, ImportTooSlow):
        return " Do what takes long in an activity, or when it is first needed, and not on import."
    if not isinstance(error, Exception):
        return ' Importing a file must not end the process. Put that under: if __name__ == "__main__".'
    return ""
