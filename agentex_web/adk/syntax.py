"""What a piece of Python source reads, binds, calls and executes."""

import ast
from collections.abc import Iterator

from agentex_web.adk.agent_source import Function


def always_run(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block, and those in its ``with`` and ``try``."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.With | ast.AsyncWith | ast.Try):
            yield from always_run(statement.body)


def calls_of(name: str, node: ast.AST) -> Iterator[ast.Call]:
    """The calls of a function by its bare name, anywhere in a node."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == name:
            yield each


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """What a call gives for a parameter by its name; None if nothing."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def given_for(function: Function, call: ast.Call, name: str) -> ast.expr | None:
    """What a call of the function gives for a parameter; None if nothing, or if it is starred."""
    if (given := keyword(call, name)) is not None:
        return given
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if name in names and names.index(name) < len(call.args):
        found = call.args[names.index(name)]
        return None if isinstance(found, ast.Starred) else found
    return None


def default_of(function: Function, name: str) -> ast.expr | None:
    """The default of a parameter; None if it has none."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults = dict(zip([each.arg for each in positional[::-1]], given.defaults[::-1], strict=False))
    defaults |= {
        each.arg: value for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value
    }
    return defaults.get(name)


def parameters_of(function: Function) -> list[ast.arg]:
    """The parameters of a function, without ``*args`` and ``**kwargs``."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def executed_with(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that are executed with it; the bodies of functions are not."""
    yield node
    for name, value in ast.iter_fields(node):
        if isinstance(node, Function) and name == "body":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from executed_with(child)


def names_in(node: ast.AST) -> list[str]:
    """The names that a node reads."""
    found = [
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    ]
    return list(dict.fromkeys(found))


def bound_inside(node: ast.AST) -> set[str]:
    """The names that functions, comprehensions and classes within a node bind for themselves."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, Function | ast.Lambda):
            found |= {arg.arg for arg in ast.walk(each) if isinstance(arg, ast.arg)}
        if isinstance(
            each, Function | ast.ClassDef | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
        ):
            found |= set(stored_in(each))
        if isinstance(each, ast.ExceptHandler) and each.name:
            found.add(each.name)
    return found


def stored_in(node: ast.AST) -> list[str]:
    """The names that a node assigns."""
    return [
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    ]


def root_of(node: ast.expr) -> str:
    """The name at the start of ``name.attribute.attribute``; empty for other expressions."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
