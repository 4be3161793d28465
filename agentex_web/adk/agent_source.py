"""Finds in the source of an agent's file which agents its code creates and runs, and with which options."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TypeGuard

RUNS = ("Runner.run", "Runner.run_sync", "Runner.run_streamed", "run_demo_loop")
_RUNNERS = ("runner", "agents.Runner")
"""Other forms in which files write the SDK's Runner: some create one, although it has only class methods."""
MAKES = ("Agent", "agents.Agent")
_TAKES_HELPER = ("InputGuardrail", "OutputGuardrail", "function_tool", "input_guardrail", "output_guardrail")
"""Calls that turn a function into a guardrail or a tool."""

Function = ast.FunctionDef | ast.AsyncFunctionDef

MAIN = 'if __name__ == "__main__":'
TOP_LEVEL = ""
"""These two stand for code outside functions: the main block, and the other statements at a file's top level.
"""


@dataclass(frozen=True)
class Run:
    """A call of ``Runner.run``, ``run_sync`` or ``run_streamed``, or of the SDK's ``run_demo_loop``.

    Attributes:
        agent: the expression that gives its agent; None if the call has none.
        agents: the names of its agent: the variable, and the variable that was assigned to it.
        options: its keyword arguments as written in the source.
        is_helper: the call is in the function of a guardrail or a tool.
        function: the function at the file's top level that makes the call, see ``functions_of``; None if a
            method or a function within a function makes it.
    """

    line: int
    agent: ast.expr | None
    agents: tuple[str, ...]
    options: Mapping[str, ast.expr]
    is_helper: bool
    function: "Function | None"


def name_of(call: ast.Call) -> str:
    """The called function as it is written; ``Runner.run`` however the runner is named."""
    name = ast.unparse(call.func)
    owner, _, method = name.rpartition(".")
    return f"Runner.{method}" if owner in _RUNNERS and f"Runner.{method}" in RUNS else name


def tree_of(module: ModuleType) -> ast.Module:
    """The module's source; empty if it cannot be read."""
    try:
        return ast.parse(source_of(module))
    except SyntaxError:
        return ast.Module([], [])


def source_of(module: ModuleType) -> str:
    """The module's source as text; empty if it cannot be read."""
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return ""


def runs(tree: ast.Module) -> list[Run]:
    """The runs of agents, in the order of the source."""
    set_to = assigned(tree)
    found = []
    within = _functions_of_calls(tree)
    for call, is_helper in _calls(tree, _helpers(tree)):
        if name_of(call) not in RUNS:
            continue
        options = {each.arg: each.value for each in call.keywords if each.arg}
        given = (
            call.args[0]
            if call.args
            else next((each.value for each in call.keywords if each.arg == "starting_agent"), None)
        )
        names = [
            each.id for each in (given, given and _looked_up(given, set_to)) if isinstance(each, ast.Name)
        ]
        function = within.get(call)
        found.append(Run(call.lineno, given, tuple(dict.fromkeys(names)), options, is_helper, function))
    return found


def functions_of(tree: ast.Module) -> Iterator[Function]:
    """Yields the functions at the top level.

    The block below ``if __name__ == "__main__":`` counts as one, with that line as its name, and so do the
    other statements at the top level, as TOP_LEVEL.
    """
    rest: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, Function):
            yield node
        elif is_main_block(node):
            yield ast.copy_location(function_of(MAIN, node.body), node)
        elif not isinstance(node, ast.ClassDef):
            rest.append(node)
    yield function_of(TOP_LEVEL, rest)


def is_main_block(node: ast.stmt) -> TypeGuard[ast.If]:
    """True for ``if __name__ == "__main__":`` with its block."""
    return isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__ == ")


def function_of(name: str, body: list[ast.stmt]) -> ast.FunctionDef:
    """A function without parameters."""
    return ast.FunctionDef(name, ast.arguments([], [], None, [], [], None, []), body, [])


def _functions_of_calls(tree: ast.Module) -> dict[ast.Call, Function]:
    """The calls that functions at the top level make themselves, each with its function."""
    return {call: function for function in functions_of(tree) for call in own_calls(function)}


def own_calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls in a function, without those in the functions and classes within it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            yield from own_calls(child)


def assignments(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for each in ast.walk(node):
        if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None:
            for target in each.targets if isinstance(each, ast.Assign) else [each.target]:
                if isinstance(target, ast.Name):
                    yield target.id, each.value


def assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """The first value that is assigned to each variable."""
    found: dict[str, ast.expr] = {}
    for name, value in assignments(tree):
        found.setdefault(name, value)
    return found


def _looked_up(value: ast.expr, set_to: Mapping[str, ast.expr]) -> ast.expr:
    return set_to.get(value.id, value) if isinstance(value, ast.Name) else value


_MAKES_HELPER = re.compile(r"(?:^|\.)(?:function_tool|tool|pure|defn|\w*guardrail)\b")
"""Decorators that make a function a tool, a guardrail or an activity. Other decorators may come from a
package that shows agents on a page of its own.
"""


def is_decorated(function: Function) -> bool:
    return any(_MAKES_HELPER.search(ast.unparse(each)) for each in function.decorator_list)


def _helpers(tree: ast.Module) -> set[str]:
    """The names of functions that are turned into guardrails or tools without a decorator."""
    found: set[str] = set()
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        if ast.unparse(call.func) in _TAKES_HELPER:
            given = [*call.args, *(each.value for each in call.keywords)]
            found |= {each.id for each in given if isinstance(each, ast.Name)}
    return found


def _calls(node: ast.AST, helpers: set[str], *, inside: bool = False) -> Iterator[tuple[ast.Call, bool]]:
    """Yields each call, and whether it is in the function of a guardrail or a tool."""
    for child in ast.iter_child_nodes(node):
        is_helper = inside or (isinstance(child, Function) and (is_decorated(child) or child.name in helpers))
        if isinstance(child, ast.Call):
            yield child, is_helper
        yield from _calls(child, helpers, inside=is_helper)


def needs_arguments(function: Function, *, is_method: bool = False) -> bool:
    """True if the function cannot be called without arguments, apart from ``self``."""
    given = function.args
    positional = len(given.posonlyargs) + len(given.args) - len(given.defaults) - is_method
    return positional > 0 or any(each is None for each in given.kw_defaults)
