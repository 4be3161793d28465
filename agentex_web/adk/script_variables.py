"""Finds the variables of a script's file that its functions change: each message gets its own.

The functions of a script use a copy of the file's variables (script_workflow.py), so that assigning to one
changes no other chat. An object that they change is made again for each message, by the assignment that made
it. Other code of the file, such as a tool, does not see the copy. If both need a variable, the script cannot
be run.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from agentex_web.adk.agent_source import Function
from agentex_web.adk.syntax import stored_in

_CHANGES = set(
    "add add_argument append appendleft clear discard extend insert pop popleft popitem remove reverse "
    "setdefault sort update".split()
)
"""Methods that change a list, a dictionary or a set."""
_DATA = {"dict", "list", "set", "deque", "defaultdict", "Counter", "OrderedDict", "ArgumentParser"}
"""What makes an object of data; so do the file's own classes, and asyncio's locks and queues."""


class SharedVariable(Exception):
    """All chats would share a variable. The text says which, and what changes it in which line."""


class Change(NamedTuple):
    """Where a variable is changed."""

    line: int
    function: str


@dataclass
class Variables:
    """The file's variables, as a script needs them.

    Attributes:
        made_again: the assignments to execute for each message, in the order of the source.
        assigned: the variables of the file that the script's main block assigns.
    """

    made_again: list[ast.stmt] = field(default_factory=list)
    assigned: set[str] = field(default_factory=set)


def read_variables(
    rest: list[ast.stmt], main: Function, functions: Mapping[str, Function], *, is_block: bool
) -> Variables:
    """Finds what the script's functions change.

    Args:
        rest: the statements at the file's top level, without those that start the script.
        functions: those of the script, by name, ``main`` included.
        is_block: ``main`` consists of statements at the file's top level, whose variables are the file's.

    Raises:
        SharedVariable: a variable cannot be made again, or other code of the file needs it.
    """
    made = _made(rest)
    used = {name for each in functions.values() if each is not main for name in _used_in(each)}
    assigned = {name for each in main.body for name in stored_in(each)} & (made.keys() | used)
    found = Variables(assigned=assigned if is_block else set())
    classes = {each.name: each for each in rest if isinstance(each, ast.ClassDef)}
    changed, rebound = _changes(functions, main, made.keys() | found.assigned, found.assigned)
    for name in _changing(made, classes):
        for function in (each for each in functions.values() if name in _used_in(each)):
            changed.setdefault(name, Change(function.body[0].lineno, function.name))
    for where, names, theirs in _other_code(rest, functions):
        for name, change in {**rebound, **changed}.items():
            if name in names:
                raise SharedVariable(_words(name, change, f"{where} uses it, too"))
        for name, change in theirs.items():
            if name in made and name in used | _used_in(main):
                raise SharedVariable(_words(name, change, "the program uses it"))
    for name, change in changed.items():
        if not all(_can_be_made_again(each, classes.keys()) for each in made.get(name, ())):
            raise SharedVariable(_words(name, change, "it cannot be made for each message"))
        found.made_again += [each for each in made.get(name, ()) if each not in found.made_again]
    found.made_again.sort(key=lambda each: each.lineno)
    return found


def changed_by(function: Function, data: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yields the lines in which a function changes variables of its file: those that hold data, or that it
    declares as global. Each with the variable.
    """
    own = own_names(function)
    yield from ((line, name) for line, name in _changed_in(function) if name in data and name not in own)
    yield from _declared_global(function)


def data_of(tree: ast.Module) -> set[str]:
    """The variables at the top level that hold a list, a dictionary, a set or the like."""
    return {
        name
        for name, statements in _made(tree.body).items()
        for each in statements
        if isinstance(each, ast.Assign | ast.AnnAssign)
        if isinstance(each.value, ast.List | ast.Dict | ast.Set)
        or _called(each).partition("[")[0].rpartition(".")[2] in _DATA
    }


def _words(name: str, change: Change, why: str) -> str:
    who = f"{change.function}()" if change.function.replace(".", "").isidentifier() else "the program"
    return (
        f"line {change.line}: {who} changes the variable “{name}”, and {why}, so all chats would share it. "
        "Keep it in a run context: Runner.run(…, context=…)."
    )


def _made(statements: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """The assignments among the statements, by variable."""
    found: dict[str, list[ast.stmt]] = {}
    for node in statements:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for name in stored_in(node):
                found.setdefault(name, []).append(node)
    return found


def _changes(
    functions: Mapping[str, Function], main: Function, known: Collection[str], assigned: set[str]
) -> tuple[dict[str, Change], dict[str, Change]]:
    """The known variables whose objects the functions change, and those to which they assign."""
    changed: dict[str, Change] = {}
    rebound = {name: Change(main.body[0].lineno, main.name) for name in assigned}
    for function in functions.values():
        own = own_names(function) - (assigned if function is main else set())
        for line, name in _changed_in(function):
            if name in known and name not in own:
                changed.setdefault(name, Change(line, function.name))
        for line, name in _declared_global(function):
            rebound.setdefault(name, Change(line, function.name))
    return changed, rebound


def _changing(made: Mapping[str, list[ast.stmt]], classes: Mapping[str, ast.ClassDef]) -> Iterator[str]:
    """Yields the variables with an object that changes itself, or that belongs to one event loop."""
    own = {
        name
        for name, each in classes.items()
        for method in each.body
        if isinstance(method, Function) and method.name != "__init__"
        if any(changed == "self" for _, changed in _changed_in(method))
    }
    for name, statements in made.items():
        called = [_called(each) for each in statements]
        if any(each in own or each.startswith("asyncio.") for each in called):
            yield name


def _other_code(
    rest: list[ast.stmt], functions: Mapping[str, Function]
) -> Iterator[tuple[str, set[str], dict[str, Change]]]:
    """Yields the code of the file that is not the script's: what it is, the variables that it uses, directly
    or by functions of the script, and those that it changes.
    """
    for node in rest:
        if node in functions.values() or isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for path, part in _parts(node):
            names = _used_in(part) - set(() if isinstance(part, Function) else stored_in(part))
            names = names.union(*(_used_in(functions[each]) for each in names & functions.keys()))
            own = own_names(part) if isinstance(part, Function) else names
            theirs = {name: Change(line, path) for line, name in _changed_in(part) if name not in own}
            theirs |= {name: Change(line, path) for line, name in _declared_global(part)}
            yield path if path.startswith("line ") else f"{path}()", names, theirs


def _parts(node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    if isinstance(node, ast.ClassDef):
        yield from ((f"{node.name}.{each.name}", each) for each in node.body if isinstance(each, Function))
    else:
        yield node.name if isinstance(node, Function) else f"line {node.lineno}", node


def _can_be_made_again(node: ast.stmt, classes: Collection[str]) -> bool:
    match node:
        case (
            ast.Assign(targets=[ast.Name()], value=value)
            | ast.AnnAssign(target=ast.Name(), value=ast.expr() as value)
        ):
            calls = [ast.unparse(each.func) for each in ast.walk(value) if isinstance(each, ast.Call)]
            return all(
                each.rpartition(".")[2] in _DATA or each in classes or each.startswith("asyncio.")
                for each in calls
            )
    return False


def _called(node: ast.stmt) -> str:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return ast.unparse(value.func) if isinstance(value, ast.Call) else ""


def _used_in(node: ast.AST) -> set[str]:
    """The names that a node uses; of a function, without its own."""
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return used - own_names(node) if isinstance(node, Function) else used


def own_names(function: Function) -> set[str]:
    """The names that a function binds for itself."""
    arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return (arguments | set(stored_in(function))) - {name for _, name in _declared_global(function)}


def _declared_global(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from ((node.lineno, name) for name in node.names)


def _changed_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yields each line that changes an object, and the object's variable. A run context counts as changed,
    because tools may change it.
    """
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(value=changed, ctx=ast.Store() | ast.Del())
                | ast.Subscript(value=changed, ctx=ast.Store() | ast.Del())
                | ast.keyword(arg="context", value=ast.Name() as changed)
            ):
                yield changed.lineno, _root(changed)
            case ast.Call(func=ast.Attribute(value=changed, attr=method)) if method in _CHANGES:
                yield changed.lineno, _root(changed)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
