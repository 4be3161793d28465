"""Finds where the data of a script comes from: what its agents get, and what it prints.

The analysis takes neither order nor branches into account: a name has everything that is ever assigned to it.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from agentex_web.adk.agent_source import RUNS, Function, name_of
from agentex_web.adk.script_arguments import is_command_line
from agentex_web.adk.script_source import READS, ScriptSource
from agentex_web.adk.script_variables import own_names
from agentex_web.adk.syntax import keyword, parameters_of

Sources = frozenset[ast.expr]
"""The calls that a value comes from: ``Runner.run()`` and the like, and ``input()``; also ``sys.argv``."""
_NONE: Sources = frozenset()
_ADDS = ("append", "extend", "insert", "add", "update", "write")
PRINTS = ("print", "write", "markdown", "success", "info", "log")
_RETURNED = ""
"""In place of a variable: what a function returns."""
_FILE = ""
"""In place of a function: the variable is the file's."""


class ScriptData:
    """The data flow of a script."""

    def __init__(self, script: ScriptSource) -> None:
        self._script = script
        assigned = script.variables.assigned
        self._own = {
            each.name: own_names(each) - (assigned if each is script.main else set())
            for each in script.functions.values()
        }
        self._known: dict[tuple[str, str], Sources] = defaultdict(frozenset)
        self._changed = True
        while self._changed:
            self._changed = False
            for function in script.functions.values():
                for node in ast.walk(function):
                    self._follow(function, node)

    @property
    def runs(self) -> list[tuple[Function, ast.Call]]:
        """The runs of agents, each with its function."""
        return [(function, call) for function, call in self._script.calls() if name_of(call) in RUNS]

    def printed(self) -> set[ast.expr]:
        """The runs whose results are printed."""
        found: set[ast.expr] = set()
        for function, call in self._script.calls():
            if name_of(call).rpartition(".")[2] in PRINTS:
                found |= self._of_all(function, arguments(call))
        return found

    def _follow(self, function: Function, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                self._bind(function, targets, value)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.AugAssign(target=target, value=value)
            ):
                self._bind(function, [target], value)
            case ast.NamedExpr(target=target, value=value):
                self._bind(function, [target], value)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self._bind(function, [target], value)
            case ast.comprehension(target=target, iter=value):
                self._bind(function, [target], value)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._bind(function, [target], value)
            case ast.Return(value=ast.expr() as value):
                self._add((function.name, _RETURNED), self.of(function, value))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _ADDS:
                self._add(self._key(function, name), self._of_all(function, arguments(node)))
            case ast.Call(func=ast.Name(id=name)) if name in self._script.functions:
                called = self._script.functions[name]
                for parameter in parameters_of(called):
                    if (given := argument(called, node, parameter.arg)) is not None:
                        self._add((name, parameter.arg), self.of(function, given))

    def _bind(self, function: Function, targets: Iterable[ast.expr], value: ast.expr) -> None:
        sources = self.of(function, value)
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    self._add(self._key(function, node.id), sources)

    def _add(self, key: tuple[str, str], more: Sources) -> None:
        if not more <= self._known[key]:
            self._known[key] |= more
            self._changed = True

    def of(self, function: Function, value: ast.AST) -> Sources:
        """The calls that an expression's value comes from."""
        match value:
            case ast.Call() if name_of(value) in RUNS or name_of(value) in READS:
                # What an agent answers is its own, whatever it was given.
                return frozenset({value})
            case _ if self._script.arguments.has_message and is_command_line(value):
                return frozenset({value})
            case ast.Call(func=ast.Name(id=name)) if name in self._script.functions:
                return self._known[name, _RETURNED]
            case ast.Name(id=name):
                return self._known[self._key(function, name)]
        return self._of_all(function, ast.iter_child_nodes(value))

    def _of_all(self, function: Function, values: Iterable[ast.AST]) -> Sources:
        return _NONE.union(*(self.of(function, each) for each in values))

    def _key(self, function: Function, name: str) -> tuple[str, str]:
        return (function.name if name in self._own[function.name] else _FILE), name


def arguments(call: ast.Call) -> Iterator[ast.expr]:
    """Yields what a call is given."""
    yield from call.args
    yield from (each.value for each in call.keywords)


def argument(function: Function, call: ast.Call, name: str) -> ast.expr | None:
    """What a call of the function gives for a parameter, also if that is starred; None if nothing."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    at = names.index(name) if name in names else len(call.args)
    return keyword(call, name) or (call.args[at] if at < len(call.args) else None)
