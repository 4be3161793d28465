"""Serves a file that has no single agent, but is a script: its ``main()`` handles each message.

So a program that runs several agents one after another works as it is written. adk/script_source.py finds
what it does when it is started, script_data.py which of its texts is the person's message and which of its
agents answer, and script_rewriting.py makes it wait durably.
"""

import types
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

from agentex_web.adk.agent_modules import with_imports
from agentex_web.adk.agent_source import runs, tree_of
from agentex_web.adk.cut_modules import line_of_cut
from agentex_web.adk.script_data import ScriptData
from agentex_web.adk.script_message import place_of_message
from agentex_web.adk.script_rewriting import RUNTIME, name_in_module, rewritten
from agentex_web.adk.script_source import NotForChats, read_script
from agentex_web.adk.uncaught import Uncaught
from agentex_web.turns import script_runtime as runtime
from agentex_web.turns.script_handling import handle
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow

_MADE, _WHY = "_AgentexScript", "__agentex_no_script__"


def workflow_of(module: ModuleType, name: str) -> type[Workflow] | None:
    """Returns the workflow that runs the script for each message; always the same class.

    Args:
        name: the agent's name, from which the workflow's name in Temporal is made.

    Returns:
        None if the module is no script that runs agents for what a person says.
    """
    if _MADE in vars(module):
        return vars(module)[_MADE]  # type: ignore[no-any-return]
    made: type[Workflow] | None = None
    try:
        begin = _program_of(module)
    except NotForChats as why:
        setattr(module, _WHY, str(why))
        begin = None
    if begin is not None:

        async def on_message(_self: Workflow, turn: Turn) -> None:
            await handle(turn, begin())

        def body(names: dict[str, Any]) -> None:
            names.update(on_message=on_message, __module__=module.__name__, __doc__=module.__doc__)

        made = types.new_class(_MADE, (Workflow,), {"name": f"{name}.main"}, body)
    # Temporal's sandbox finds classes by their module and name.
    setattr(module, _MADE, made)
    return made


def is_script(workflow: type) -> bool:
    """True if ``workflow_of`` made this workflow."""
    return workflow.__name__ == _MADE


def why_no_script(module: ModuleType) -> str:
    """Why the module's program cannot handle messages, with the line; empty if it has none."""
    return vars(module).get(_WHY, "")  # type: ignore[no-any-return]


def _program_of(module: ModuleType) -> Callable[[], Callable[[], Coroutine[Any, Any, Any]]] | None:
    """Compiles the rewritten script. Returns a function that begins it anew, with variables of its own, and
    returns its ``main``.

    Raises:
        NotForChats: the script cannot handle messages.
    """
    modules = with_imports(module)
    if not any(not run.is_helper for each in modules for run in runs(tree_of(each))):
        return None
    source = read_script(tree_of(module), line_of_cut(module))
    if source is None:
        return None
    message = place_of_message(source)
    tree = Uncaught().visit(rewritten(source, ScriptData(source).printed(), message))
    code = compile(tree, module.__file__ or "?", "exec", dont_inherit=True)
    vars(module)[RUNTIME] = runtime
    for each in modules:
        vars(each).setdefault("print", runtime.printed)
        vars(each).setdefault("input", runtime.read_now)

    def begin() -> Callable[[], Coroutine[Any, Any, Any]]:
        names = dict(vars(module))
        exec(code, names)  # noqa: S102  (the author's own code, under other names)
        return names[name_in_module(source.main.name)]  # type: ignore[no-any-return]

    return begin
