"""Cuts modules that run their agents while they are imported, as scripts do: the import ends at that line.

Everything above it is imported as usual, including the agents. The chat runs the agent itself, so it needs
nothing of the rest. A warning tells the author what was left out.
"""

from collections.abc import Iterable
from types import ModuleType

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.bad_agent_file import RunsOnImport

_CUT = "__agentex_cut__"


def cut(module: ModuleType, error: RunsOnImport) -> None:
    """Records the line at which the module's import ended."""
    trace, line = error.__traceback__, 0
    while trace is not None and not line:
        code = trace.tb_frame.f_code
        # The statement at the module's top level, which may have called a function that runs the agent.
        if code.co_name == "<module>" and code.co_filename == module.__file__:
            line = trace.tb_lineno
        trace = trace.tb_next
    setattr(module, _CUT, (line, str(error)))


def line_of_cut(module: ModuleType) -> int | None:
    """The line at which the module's import ended; None if it was not cut."""
    line: int | None = vars(module).get(_CUT, (None, ""))[0]
    return line


def what_was_cut(modules: Iterable[ModuleType]) -> str:
    """A sentence for the author about the first of these modules that was cut; empty if none was."""
    for module in modules:
        if (noted := vars(module).get(_CUT)) is not None:
            line, words = noted
            return (
                f"{shown_module(module)}, line {line}, {words}. The chat runs the agent, so the rest of "
                "the file was ignored. Move that line, and what uses its result, under: "
                'if __name__ == "__main__":'
            )
    return ""
