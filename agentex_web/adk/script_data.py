"""Finds where the data of a script comes from and goes to: which texts its agents get, and what it prints.

The analysis takes neither order nor branches into account: a name has everything that is ever assigned to it.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from agentex_web.adk.agent_source import RUNS, Function, name_of
from agentex_web.adk.script_source import READS, ScriptSource

Sources = frozenset[ast.Call]
"""The calls that a value comes from: ``Runner.run()`` and the like, and ``input()``."""
_NONE: Sources = frozenset()
_ADDS = ("append", "extend", "insert", "add", "update", "write")
_PRINTS = ("print", "write", "markdown", "success", "info", "log")
_INPUT_AT = 1
"""The position of the input among the arguments of ``Runner.run()``."""
_RETURNED = ""
"""In place of a variable: what a function returns."""


class ScriptData:
    """The data flow of a script."""

    def __init__(self, script: ScriptSource) -> None:
        self._script = script
        self._known: dict[tuple[str, str], Sources] = defaultdict(frozenset)
        self._changed = True
        while self._changed:
            self._changed = False
            for function in script.functions.values():
                for node in ast.walk(function):
                    self._follow(function, node)

    @property
    def reads(self) -> bool:
        """True if the script asks for an input."""
        return any(name_of(call) in READS for _, call in self._script.calls())

    @property
    def has_demos(self) -> bool:
        """True if an agent gets a text of the script's own, not from an ``input()`` or another agent."""
        return any(
            (given := _input(call)) is not None and not self._of(function, given)
            for function, call in self.runs
        )

    @property
    def runs(self) -> list[tuple[Function, ast.Call]]:
        """The runs of agents, each with its function."""
        return [(function, call) for function, call in self._script.calls() if name_of(call) in RUNS]

    def printed(self) -> set[ast.Call]:
        """The runs whose results are printed."""
        found: set[ast.Call] = set()
        for function, call in self._script.calls():
            if name_of(call).rpartition(".")[2] in _PRINTS:
                found |= self._of_all(function, _arguments(call))
        return found

    def message(self) -> list[ast.expr]:
        """The places in the source where the person's message replaces the script's text for its agents.

        Returns:
            empty if the agents get several different texts, or none.
        """
        found: dict[object, list[ast.expr]] = {}
        for function, given in self._given():
            if self._of(function, given):
                if _is_scripted(given):
                    return []
                continue
            origin = self._origin(function, given)
            if origin is None:
                return []
            found.setdefault(origin[0], []).append(origin[1])
        return next(iter(found.values())) if len(found) == 1 else []

    def _given(self) -> list[tuple[Function, ast.expr]]:
        """What the script's agents get. If their runs are in methods, the texts that these get."""
        if runs := self.runs:
            return [(function, given) for function, call in runs if (given := _input(call)) is not None]
        return [
            (function, given)
            for function, call in self._script.calls()
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call | ast.Name)
            for given in _arguments(call)
            if (origin := self._origin(function, given)) is not None
            and " " in _constant(origin[1], self._script)
            and name_of(call).rpartition(".")[2] not in _PRINTS
        ]

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
                self._add(function.name, _RETURNED, self._of(function, value))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _ADDS:
                self._add(function.name, name, self._of_all(function, _arguments(node)))
            case ast.Call(func=ast.Name(id=name)) if name in self._script.functions:
                called = self._script.functions[name]
                for parameter in _parameters(called):
                    if (given := _argument(called, node, parameter)) is not None:
                        self._add(name, parameter, self._of(function, given))

    def _bind(self, function: Function, targets: Iterable[ast.expr], value: ast.expr) -> None:
        sources = self._of(function, value)
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    self._add(function.name, node.id, sources)

    def _add(self, function: str, name: str, more: Sources) -> None:
        if not more <= self._known[function, name]:
            self._known[function, name] |= more
            self._changed = True

    def _of(self, function: Function, value: ast.AST) -> Sources:
        """The calls that an expression's value comes from."""
        match value:
            case ast.Call() if name_of(value) in RUNS or name_of(value) in READS:
                # What an agent answers is its own, whatever it was given.
                return frozenset({value})
            case ast.Call(func=ast.Name(id=name)) if name in self._script.functions:
                return self._known[name, _RETURNED]
            case ast.Name(id=name):
                return self._known[function.name, name]
        return self._of_all(function, ast.iter_child_nodes(value))

    def _of_all(self, function: Function, values: Iterable[ast.AST]) -> Sources:
        return _NONE.union(*(self._of(function, each) for each in values))

    def _origin(self, function: Function, value: ast.expr, depth: int = 0) -> tuple[object, ast.expr] | None:
        """The text that an expression stands for, with a key that is the same for the same text."""
        match value:
            case ast.Constant(value=str()) | ast.JoinedStr():
                return value, value
            case ast.List(elts=[ast.Dict(keys=keys, values=values)]):
                fields = dict(zip([_literal(each) for each in keys], values, strict=True))
                return self._origin(function, fields["content"], depth) if "content" in fields else None
            case ast.Name(id=name):
                return self._origin_of_name(function, name, value, depth)
        return None

    def _origin_of_name(
        self, function: Function, name: str, value: ast.expr, depth: int
    ) -> tuple[object, ast.expr] | None:
        assigned = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
        ]
        if assigned or depth > 4:
            return self._origin(function, assigned[0], depth + 1) if len(assigned) == 1 else None
        if name in _parameters(function):
            given = [
                (caller, argument)
                for caller, call in self._script.calls()
                if name_of(call) == function.name
                and (argument := _argument(function, call, name)) is not None
            ]
            return self._origin(*given[0], depth + 1) if len(given) == 1 else None
        return (name, value) if name in self._script.constants else None


def _input(run: ast.Call) -> ast.expr | None:
    return _named(run, "input") or (run.args[_INPUT_AT] if len(run.args) > _INPUT_AT else None)


def _named(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (each.value for each in call.keywords)


def _parameters(function: Function) -> list[str]:
    given = function.args
    return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def _argument(function: Function, call: ast.Call, name: str) -> ast.expr | None:
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    at = names.index(name) if name in names else len(call.args)
    return _named(call, name) or (call.args[at] if at < len(call.args) else None)


def _literal(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _constant(node: ast.expr, script: ScriptSource) -> str:
    if isinstance(node, ast.Name):
        node = script.constants[node.id]
    return ast.unparse(node)


def _is_scripted(given: ast.expr) -> bool:
    """True if an agent's input contains a message that the script has made up for the person."""
    return any(
        _literal(key) == "content" and isinstance(value, ast.Constant)
        for node in ast.walk(given)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
    )
