"""Finds what a script does when it is started, and which of its functions that involves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentex_web.adk.agent_source import (
    MAIN,
    TOP_LEVEL,
    Function,
    functions_of,
    is_decorated,
    name_of,
    own_calls,
)

RUN, RUN_SYNC, RUN_STREAMED = "Runner.run", "Runner.run_sync", "Runner.run_streamed"
READS = {"input", "input_with_fallback", "Prompt.ask", "console.input"}
CONFIRMS = {"confirm_with_fallback", "Confirm.ask"}
LOOPS = {"asyncio.run", "asyncio.get_event_loop().run_until_complete", "loop.run_until_complete", "anyio.run"}
SLEEP = "time.sleep"
_WAITS = {RUN_SYNC, RUN_STREAMED, SLEEP} | READS | CONFIRMS | LOOPS
_NO_CHAT = {
    "argparse",
    "argv",
    "click",
    "typer",
    "MCPServerStdio",
    "MCPServerSse",
    "MCPServerStreamableHttp",
    "ComputerTool",
    "run_demo_loop",
}
"""Names in code that needs a command line, or a connection for as long as it runs."""
_CHANGES = {
    "append",
    "appendleft",
    "add",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popleft",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
}
"""Methods that change a list, a dictionary or a set."""


@dataclass
class ScriptSource:
    """What was read of a script.

    Attributes:
        main: what the script does when it is started, as a function.
        functions: the functions at its top level that ``main`` uses, directly or indirectly, and ``main``.
        waiting: the names of those that must be coroutines here.
        constants: the texts at its top level, by name.
    """

    main: Function
    functions: dict[str, Function]
    waiting: set[str] = field(default_factory=set)
    constants: dict[str, ast.expr] = field(default_factory=dict)

    def calls(self) -> Iterator[tuple[Function, ast.Call]]:
        """Yields the calls in the functions, each with the function that it is in."""
        for function in self.functions.values():
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    yield function, node


def read_script(tree: ast.Module, cut_at: int | None) -> ScriptSource | None:
    """Reads what a script does when it is started.

    Args:
        cut_at: the line at which the import of the file ended; None if it did not end early.

    Returns:
        None if the file does nothing when it is started, or needs more than a chat for it.
    """
    own = {
        each.name: each
        for each in functions_of(tree)
        if each.name not in (MAIN, TOP_LEVEL) and not is_decorated(each)
    }
    for main in _starts(tree, cut_at, own):
        functions = _used_by(main, own)
        shared, changing = _variables(tree), _changing(tree)
        if not any(_needs_more(each) or _shares(each, main, shared, changing) for each in functions.values()):
            return ScriptSource(main, functions, _waiting(functions), _constants(tree))
    return None


def _starts(tree: ast.Module, cut_at: int | None, own: dict[str, Function]) -> Iterator[Function]:
    block = next((each.body for each in functions_of(tree) if each.name == MAIN), [])
    rest = [each for each in tree.body if cut_at is not None and (each.end_lineno or 0) >= cut_at]
    rest = [each for each in rest if not _is_main_block(each)]
    if (rest or block) and not any(isinstance(each, ast.ClassDef | Function) for each in rest):
        body = [*rest, *block]
        body = [*_begun_before(tree, body), *body]
        yield ast.FunctionDef(MAIN, ast.arguments([], [], None, [], [], None, []), body, [])
    if (main := own.get("main")) is not None and not _required(main):
        yield main


def _begun_before(tree: ast.Module, body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements above ``body`` that give the variables which it changes a plain value. They are executed
    for each message, so that chats do not share these variables.
    """
    changed = {name for each in body for name in (*_set_in(each), *_changed_in(each))}
    for node in tree.body:
        if node in body:
            return
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name in changed and _is_plain(value):
                yield node


def _is_plain(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError):
        return False
    return True


def _is_main_block(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__ == ")


def _required(function: Function) -> int:
    given = function.args
    positional = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return positional + sum(each is None for each in given.kw_defaults)


def _used_by(main: Function, own: dict[str, Function]) -> dict[str, Function]:
    found = {main.name: main}
    waiting = [main]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name) and node.id in own and node.id not in found:
                found[node.id] = own[node.id]
                waiting.append(own[node.id])
    return found


def _needs_more(function: Function) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Name | ast.Attribute):
            if (node.id if isinstance(node, ast.Name) else node.attr) in _NO_CHAT:
                return True
        elif isinstance(node, ast.Global | ast.Nonlocal):
            # All chats share the module's variables.
            return True
    return False


def _variables(tree: ast.Module) -> set[str]:
    """The variables at the file's top level; no imports, classes and functions."""
    found = set[str]()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {
                each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
            }
    return found


def _changing(tree: ast.Module) -> set[str]:
    """The variables at the file's top level with an object of a class of the file that changes itself."""
    classes = {
        each.name
        for each in tree.body
        if isinstance(each, ast.ClassDef)
        and any(
            isinstance(method, Function) and method.name != "__init__" and "self" in _changed_in(method)
            for method in each.body
        )
    }
    return {
        target.id
        for each in tree.body
        if isinstance(each, ast.Assign)
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Name)
        and each.value.func.id in classes
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def _shares(function: Function, main: Function, variables: set[str], changing: set[str]) -> bool:
    """True if the function changes one of these variables' objects, which all chats share, or uses one of
    which ``main`` has its own, or one whose object changes itself.
    """
    others = variables - _own_names(function)
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} & others
    return bool(used & (_own_names(main) | changing) or others & set(_changed_in(function)))


def _own_names(function: Function) -> set[str]:
    return {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)} | set(_set_in(function))


def _set_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _changed_in(tree: ast.AST) -> Iterator[str]:
    """Yields the variables whose objects are changed; so may be a run context, by tools."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(value=changed, ctx=ast.Store() | ast.Del())
                | ast.Subscript(value=changed, ctx=ast.Store() | ast.Del())
                | ast.keyword(arg="context", value=ast.Name() as changed)
            ):
                yield _root(changed)
            case ast.Call(func=ast.Attribute(value=changed, attr=method)) if method in _CHANGES:
                yield _root(changed)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _waiting(functions: dict[str, Function]) -> set[str]:
    found = {name for name, each in functions.items() if isinstance(each, ast.AsyncFunctionDef)}
    found.add(next(iter(functions)))
    plain = functions.keys() - found
    size = -1
    while size != len(found):
        size = len(found)
        found |= {
            name
            for name in plain
            if any(
                name_of(call) in _WAITS or (isinstance(call.func, ast.Name) and call.func.id in found & plain)
                for call in own_calls(functions[name])
            )
        }
    return found


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str()) as value):
                found[name] = value
    return found
