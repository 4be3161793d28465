"""Modules that run their agents while they are imported, as scripts do: they end at that line.

What stands above it is imported as usual, the agents among it. The chat runs the agent, so nothing is lost
that the chat would need; what is left out is named.
"""

from collections.abc import Iterable
from types import ModuleType

from agentex_web.adk.agent_paths import shown_module
from agentex_web.adk.bad_agent_file import RunsOnImport

_CUT = "__agentex_cut__"


def cut(module: ModuleType, error: RunsOnImport) -> None:
    """Notes where the module ended."""
    trace, line = error.__traceback__, 0
    while trace is not None and not line:
        code = trace.tb_frame.f_code
        # The module's own statement, which may have called a function that runs the agent.
        if code.co_name == "<module>" and code.co_filename == module.__file__:
            line = trace.tb_lineno
        trace = trace.tb_next
    setattr(module, _CUT, (line, str(error)))


def what_was_cut(modules: Iterable[ModuleType]) -> str:
    """A sentence for the author about the first of these that was; empty if none was."""
    for module in modules:
        if (noted := vars(module).get(_CUT)) is not None:
            line, words = noted
            return (
                f"{shown_module(module)}, line {line}, {words}. The chat runs the agent, so the file ends "
                'there. Put that line, and what uses its result, under: if __name__ == "__main__":'
            )
    return ""
