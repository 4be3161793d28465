"""Serves a file that has no single agent, but is a script: its ``main()`` handles each message.

So a program that runs several agents one after another works as it is written. adk/script_source.py finds
what it does when it is started, script_data.py which of its texts is the person's message and which of its
agents answer, and script_rewriting.py makes it wait durably.
"""

import types
from types import ModuleType
from typing import Any

from agentex_web.adk.agent_modules import with_imports
from agentex_web.adk.agent_source import runs, tree_of
from agentex_web.adk.cut_modules import line_of_cut
from agentex_web.adk.script_data import ScriptData
from agentex_web.adk.script_rewriting import RUNTIME, name_in_module, rewritten
from agentex_web.adk.script_source import read_script
from agentex_web.adk.uncaught import Uncaught
from agentex_web.turns import script as runtime
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow

_MADE = "_AgentexScript"


def workflow_of(module: ModuleType, name: str) -> type[Workflow] | None:
    """Returns the workflow that runs the script for each message; always the same class.

    Args:
        name: the agent's name, from which the workflow's name in Temporal is made.

    Returns:
        None if the module is no script that runs agents for what a person says.
    """
    if _MADE in vars(module):
        return vars(module)[_MADE]  # type: ignore[no-any-return]
    main = _main_of(module)
    made: type[Workflow] | None = None
    if main is not None:

        async def on_message(_self: Workflow, turn: Turn) -> None:
            await runtime.handle(turn, main)

        def body(names: dict[str, Any]) -> None:
            names.update(on_message=on_message, __module__=module.__name__, __doc__=module.__doc__)

        made = types.new_class(_MADE, (Workflow,), {"name": f"{name}.main"}, body)
    # Temporal's sandbox finds classes by their module and name.
    setattr(module, _MADE, made)
    return made


def is_script(workflow: type) -> bool:
    """True if ``workflow_of`` made this workflow."""
    return workflow.__name__ == _MADE


def _main_of(module: ModuleType) -> Any:
    """Compiles the rewritten script into its module; returns its ``main``, or None."""
    source = read_script(tree_of(module), line_of_cut(module))
    modules = with_imports(module)
    if source is None or not any(not run.is_helper for each in modules for run in runs(tree_of(each))):
        return None
    data = ScriptData(source)
    message = [] if data.reads else data.message()
    if data.has_demos if data.reads else not message:
        return None
    tree = Uncaught().visit(rewritten(source, data.printed(), message))
    code = compile(tree, module.__file__ or "?", "exec", dont_inherit=True)
    vars(module)[RUNTIME] = runtime
    exec(code, vars(module))  # noqa: S102  (the author's own code, under other names)
    for each in modules:
        vars(each).setdefault("print", runtime.printed)
        vars(each).setdefault("input", runtime.read_now)
    return vars(module)[name_in_module(source.main.name)]
