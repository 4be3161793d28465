"""Finds what a script does when it is started, and which of its functions that involves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentex_web.adk.agent_source import (
    MAIN,
    TOP_LEVEL,
    Function,
    function_of,
    functions_of,
    is_decorated,
    is_main_block,
    name_of,
    needs_arguments,
    own_calls,
)
from agentex_web.adk.script_arguments import (
    ARGV,
    CommandLine,
    NeedsArguments,
    is_command_line,
    read_arguments,
)
from agentex_web.adk.script_variables import SharedVariable, Variables, read_variables

RUN, RUN_SYNC, RUN_STREAMED = "Runner.run", "Runner.run_sync", "Runner.run_streamed"
READS = {"input", "input_with_fallback", "Prompt.ask", "console.input"}
CONFIRMS = {"confirm_with_fallback", "Confirm.ask"}
LOOPS = {"asyncio.run", "asyncio.get_event_loop().run_until_complete", "loop.run_until_complete", "anyio.run"}
SLEEP = "time.sleep"
_WAITS = {RUN_SYNC, RUN_STREAMED, SLEEP} | READS | CONFIRMS | LOOPS
_CONNECTS = "connects to an MCP server. Write: Agent(…, mcp_servers=[…]), with the server itself"
_NO_CHAT = {
    "argv": "reads its command line as argv, not as sys.argv",
    "click": "reads its command line with click",
    "typer": "reads its command line with typer",
    "MCPServerStdio": _CONNECTS,
    "MCPServerSse": _CONNECTS,
    "MCPServerStreamableHttp": _CONNECTS,
    "ComputerTool": "uses a computer tool",
    "run_demo_loop": "runs the SDK's run_demo_loop()",
}
"""Names in code that needs a command line, or a connection for as long as it runs."""


class NotForChats(Exception):
    """The file has a program that cannot handle messages. The text says why, and in which line."""


@dataclass
class ScriptSource:
    """What was read of a script.

    Attributes:
        main: what the script does when it is started, as a function.
        functions: the functions at its top level that ``main`` uses, directly or indirectly, and ``main``.
        waiting: the names of those that must be coroutines here.
        constants: the texts at its top level, by name.
        variables: those of the file that it changes.
        arguments: its command line.
    """

    main: Function
    functions: dict[str, Function]
    waiting: set[str] = field(default_factory=set)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    variables: Variables = field(default_factory=Variables)
    arguments: CommandLine = field(default_factory=CommandLine)

    @property
    def reads(self) -> bool:
        """True if the script asks for an input."""
        return _asks(self.functions)

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
        None if the file does nothing when it is started.

    Raises:
        NotForChats: it needs more than a chat for what it does.
    """
    own = {
        each.name: each
        for each in functions_of(tree)
        if each.name not in (MAIN, TOP_LEVEL) and not is_decorated(each)
    }
    why: Exception | None = None
    for main in _starts(tree, cut_at, own):
        functions = _used_by(main, own)
        rest = [each for each in tree.body if not is_main_block(each) and not _is_cut(each, cut_at)]
        rest = [each for each in rest if each not in main.body]
        try:
            _check(functions)
            arguments = read_arguments(functions.values(), asks=_asks(functions))
            variables = read_variables(rest, main, functions, is_block=main.name == MAIN)
        except (NotForChats, NeedsArguments, SharedVariable) as error:
            why = why or error
            continue
        return ScriptSource(main, functions, _waiting(functions), _constants(tree), variables, arguments)
    if why is not None:
        raise NotForChats(str(why))
    return None


def _is_cut(node: ast.stmt, cut_at: int | None) -> bool:
    return cut_at is not None and (node.end_lineno or 0) >= cut_at


def _reads_command_line(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef | Function) or is_main_block(node):
        return False
    return any(is_command_line(each) for each in ast.walk(node))


def _asks(functions: dict[str, Function]) -> bool:
    calls = (node for each in functions.values() for node in ast.walk(each) if isinstance(node, ast.Call))
    return any(name_of(each) in READS for each in calls)


def _starts(tree: ast.Module, cut_at: int | None, own: dict[str, Function]) -> Iterator[Function]:
    block = next((each.body for each in functions_of(tree) if each.name == MAIN), [])
    rest = [each for each in tree.body if _is_cut(each, cut_at) and not is_main_block(each)]
    if (rest or block) and not any(isinstance(each, ast.ClassDef | Function) for each in rest):
        # What was read of the command line while the file was imported was not the person's message.
        above = [each for each in tree.body if not _is_cut(each, cut_at) and _reads_command_line(each)]
        body = [*above, *rest, *block]
        yield function_of(MAIN, body)
    if (main := own.get("main")) is not None and not needs_arguments(main):
        yield main


def _used_by(main: Function, own: dict[str, Function]) -> dict[str, Function]:
    found = {main.name: main}
    waiting = [main]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name) and node.id in own and node.id not in found:
                found[node.id] = own[node.id]
                waiting.append(own[node.id])
    return found


def _check(functions: dict[str, Function]) -> None:
    for node in (node for each in functions.values() for node in ast.walk(each)):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in _NO_CHAT and ast.unparse(node) != ARGV:
            raise NotForChats(f"line {node.lineno}: the program {_NO_CHAT[name]}.")


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
