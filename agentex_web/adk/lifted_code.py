"""Evaluates an expression that a file's ``main()`` uses, without running ``main()``.

Examples often make their agent, its run config or its context in the function that runs it. The assignments
that such a value depends on are copied from that function and executed; nothing else of it is. A value that
needs more than assignments (an ``await``, a loop, ``input()``) is not evaluated.
"""

import ast
import builtins
import copy
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from agentex_web.adk.agent_source import (
    RUNS,
    TOP_LEVEL,
    Function,
    function_of,
    functions_of,
    name_of,
    tree_of,
)
from agentex_web.adk.syntax import (
    always_run,
    bound_inside,
    calls_of,
    default_of,
    executed_with,
    given_for,
    keyword,
    names_in,
    parameters_of,
    root_of,
    stored_in,
)
from agentex_web.turns.author_errors import AuthorError

_MADE = "_agentex_lifted"
_DEFINED = "__agentex_defined__"
"""A variable of the module: the names that a function's code has defined there, each with that function's."""
_ADDS = ("append", "extend", "insert", "add", "add_argument", "update")
"""Methods with which code completes a value that it has made: ``agent.handoffs.append(…)``."""
_NEVER = {"input", "exit", "quit", "sys.exit", "asyncio.run", *RUNS}
ASKS_WITH_DEFAULT = ("input_with_fallback", "Prompt.ask")
_SERVERS = "MCPServer"
"""Classes whose objects ``async with`` only connects. The worker connects to MCP servers itself."""
_DEEPEST = 4
"""How many callers are followed for a function's arguments."""


class NotLiftable(Exception):
    """The value depends on more than assignments."""


def lifted(module: ModuleType, function: Function, value: ast.expr, depth: int = 0) -> Any:
    """Evaluates an expression of one of the module's functions.

    Raises:
        NotLiftable: it depends on more than assignments.
        Exception: the author's code raised it.
    """
    found = _Needed(module, function)
    found.add(value)
    arguments = {name: _argument(module, function, name, depth) for name in found.parameters}
    signature = ast.arguments([], [ast.arg(name) for name in arguments], None, [], [], None, [])
    result = ast.copy_location(ast.Return(value), value)
    body: list[ast.stmt] = [*found.statements, result]
    defined = [each for each in _definitions(found.statements) if each not in {*vars(module), *arguments}]
    if defined:
        body.insert(0, ast.copy_location(ast.Global(defined), value))
    made = ast.copy_location(ast.FunctionDef(_MADE, signature, body, []), value)
    whole = ast.fix_missing_locations(_Defaults().visit(copy.deepcopy(ast.Module([made], []))))
    names: dict[str, Any] = {}
    code = compile(whole, module.__file__ or "?", "exec", dont_inherit=True)
    exec(code, vars(module), names)  # noqa: S102  (the author's own code, which Python would run in main())
    vars(module).setdefault(_DEFINED, {}).update(dict.fromkeys(defined, function.name))
    try:
        return names[_MADE](**arguments)
    except (AttributeError, NameError, AuthorError, SystemExit) as error:
        # Something is missing that main() would have done before.
        raise NotLiftable(str(error)) from error


def _definitions(statements: list[ast.stmt]) -> list[str]:
    """The classes and functions among the statements. They become the module's, so that other processes find
    them: a class is the type of a run context, and a function is a tool.
    """
    return [each.name for each in statements if isinstance(each, ast.ClassDef | Function)]


@dataclass
class _Bound:
    """The names that a function binds itself.

    Attributes:
        simple: the first assignment, definition or import of each name.
        changes: the statements that complete a value, by its name.
        others: names bound in any other way, such as by a loop.
    """

    simple: dict[str, ast.stmt] = field(default_factory=dict)
    changes: dict[str, list[ast.stmt]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)


class _Needed:
    """The statements of a function that define the names in an expression, in an order that works."""

    def __init__(self, module: ModuleType, function: Function) -> None:
        self.statements: list[ast.stmt] = []
        self.parameters: list[str] = []
        self._known = {*vars(module), *vars(builtins)}
        self._bound = _bound_by(function)
        # What the top level binds is among the module's variables, except below the end of its import.
        self._made = set(vars(module)) if function.name == TOP_LEVEL else _defined_by(module, function)
        self._given = {each.arg for each in parameters_of(function)}
        self._seen: set[str] = set()

    def add(self, node: ast.AST) -> None:
        _check(node)
        inside = bound_inside(node)
        for name in names_in(node):
            if name in self._seen or name in inside or name in self._made:
                continue
            if name in self._bound.simple:
                self._seen.add(name)
                self._define(name)
            elif name in self._given:
                self._seen.add(name)
                self.parameters.append(name)
            elif name in self._bound.others or name not in self._known:
                raise NotLiftable(name)

    def _define(self, name: str) -> None:
        for each in (self._bound.simple[name], *self._bound.changes.get(name, ())):
            if each not in self.statements:
                self.add(each)
                self.statements.append(each)


def _defined_by(module: ModuleType, function: Function) -> set[str]:
    defined: dict[str, str] = vars(module).get(_DEFINED, {})
    return {name for name, where in defined.items() if where == function.name and name in vars(module)}


def _bound_by(function: Function) -> _Bound:
    found = _Bound()
    for statement in always_run(function.body):
        match statement:
            case ast.Assign(targets=[ast.Attribute() as target]):
                found.changes.setdefault(root_of(target), []).append(statement)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method) as target)) if method in _ADDS:
                found.changes.setdefault(root_of(target), []).append(statement)
            case ast.Assign() | ast.AnnAssign(value=ast.expr()) | ast.If():
                for name in stored_in(statement):
                    found.simple.setdefault(name, statement)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.simple.setdefault(statement.name, statement)
            case ast.Import() | ast.ImportFrom():
                for alias in statement.names:
                    found.simple.setdefault(alias.asname or alias.name.partition(".")[0], statement)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    if isinstance(item.optional_vars, ast.Name) and _is_server(item.context_expr):
                        made = ast.Assign([item.optional_vars], item.context_expr)
                        found.simple.setdefault(item.optional_vars.id, ast.copy_location(made, statement))
    found.others = set(stored_in(function)) - found.simple.keys()
    return found


class _Defaults(ast.NodeTransformer):
    """Replaces questions at the keyboard that have a default answer."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        default = node.args[1] if len(node.args) > 1 else keyword(node, "default")
        return default if name_of(node) in ASKS_WITH_DEFAULT and default is not None else node


def _argument(module: ModuleType, function: Function, name: str, depth: int) -> Any:
    """What all calls of the function give for a parameter, or else its default."""
    calls = {
        (caller.name, ast.dump(given)): (caller, given)
        for caller in functions_of(tree_of(module))
        for call in calls_of(function.name, caller)
        if (given := given_for(function, call, name)) is not None
    }
    if not calls and (default := default_of(function, name)) is not None:
        calls[name, ""] = _ANYWHERE, default
    if len(calls) > 1 and (default := default_of(function, name)) is not None:
        calls = {(name, ""): (_ANYWHERE, default)}
    if len(calls) != 1 or depth >= _DEEPEST:
        raise NotLiftable(name)
    caller, given = next(iter(calls.values()))
    return lifted(module, caller, given, depth + 1)


_ANYWHERE = function_of(TOP_LEVEL, [])


def _check(node: ast.AST) -> None:
    """Checks a node of the syntax tree.

    Raises:
        NotLiftable: executing the node would wait, ask, or run an agent.
    """
    for each in executed_with(node):
        if isinstance(each, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            raise NotLiftable(type(each).__name__)
        if isinstance(each, ast.Call) and name_of(each) in _NEVER:
            raise NotLiftable(name_of(each))


def _is_server(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2].startswith(_SERVERS)
