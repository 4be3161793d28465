"""Finds in the source of an agent's file which agents its code creates and runs, and with which options."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

_RUNS = ("Runner.run", "Runner.run_sync", "Runner.run_streamed")
_MAKES = ("Agent", "agents.Agent")
_TAKES_HELPER = ("InputGuardrail", "OutputGuardrail", "function_tool", "input_guardrail", "output_guardrail")
"""Calls that turn a function into a guardrail or a tool."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Run:
    """A call of ``Runner.run``, ``run_sync`` or ``run_streamed``.

    Attributes:
        agents: the names of its agent: the variable, and the variable that was assigned to it.
        options: its keyword arguments as written in the source.
        is_helper: the call is in the function of a guardrail or a tool.
    """

    line: int
    agents: tuple[str, ...]
    options: Mapping[str, ast.expr]
    is_helper: bool


@dataclass(frozen=True)
class Made:
    """An agent that is created in a function.

    Attributes:
        name: the variable that it is assigned to; empty without one.
        remedy: a text that says where it is created, and what to write instead.
    """

    name: str
    line: int
    remedy: str


def tree_of(module: ModuleType) -> ast.Module:
    """The module's source; empty if it cannot be read."""
    try:
        return ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])


def runs(tree: ast.Module) -> list[Run]:
    """The runs of agents, in the order of the source."""
    set_to = assigned(tree)
    found = []
    for call, is_helper in _calls(tree, _helpers(tree)):
        if ast.unparse(call.func) not in _RUNS:
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
        found.append(Run(call.lineno, tuple(dict.fromkeys(names)), options, is_helper))
    return found


def made_in_functions(tree: ast.Module) -> Iterator[Made]:
    """Yields the agents that are created in functions, in the order of the source."""
    for owner, function in _functions(tree):
        for call in (each for each in ast.walk(function) if isinstance(each, ast.Call)):
            if ast.unparse(call.func).partition("[")[0] in _MAKES:
                where = f"{owner}{function.name}()"
                names = {name for name, value in _assignments(function) if value is call}
                if not owner and _is_returned(function, call, names) and not _needs_arguments(function):
                    remedy = f"Write at the end of the file: agent = {where}."
                elif isinstance(function, ast.AsyncFunctionDef) and not _needs_arguments(function):
                    remedy = (
                        "Move it to the top level of the file: agent = Agent(…). Or make the function: "
                        "async def on_message(turn)."
                    )
                else:
                    remedy = "Move it to the top level of the file: agent = Agent(…)."
                yield Made(min(names, default=""), call.lineno, f"the agent is created in {where}. {remedy}")


def _assignments(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for each in ast.walk(node):
        if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None:
            for target in each.targets if isinstance(each, ast.Assign) else [each.target]:
                if isinstance(target, ast.Name):
                    yield target.id, each.value


def assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """The first value that is assigned to each variable."""
    found: dict[str, ast.expr] = {}
    for name, value in _assignments(tree):
        found.setdefault(name, value)
    return found


def _looked_up(value: ast.expr, set_to: Mapping[str, ast.expr]) -> ast.expr:
    return set_to.get(value.id, value) if isinstance(value, ast.Name) else value


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
        is_helper = inside or (
            isinstance(child, Function) and (bool(child.decorator_list) or child.name in helpers)
        )
        if isinstance(child, ast.Call):
            yield child, is_helper
        yield from _calls(child, helpers, inside=is_helper)


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in tree.body:
        if isinstance(node, Function):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.", each) for each in node.body if isinstance(each, Function))


def _is_returned(function: Function, call: ast.Call, names: set[str]) -> bool:
    if isinstance(function, ast.AsyncFunctionDef):
        return False
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return any(each is call or (isinstance(each, ast.Name) and each.id in names) for each in returned)


def _needs_arguments(function: Function) -> bool:
    given = function.args
    positional = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return positional > 0 or any(each is None for each in given.kw_defaults)
