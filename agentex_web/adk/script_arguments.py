"""Finds what a script reads from its command line.

A chat has none. What is optional keeps its default; a text that the script needs is the person's message.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from agentex_web.adk.agent_source import Function

PARSES = ("parse_args", "parse_known_args")
OF_PARSER = {"ArgumentParser", "add_argument", "add_argument_group", "add_mutually_exclusive_group", *PARSES}
"""Methods of argparse."""
ARGV = "sys.argv"
_OPTIONAL = ("?", "*")


class NeedsArguments(Exception):
    """The script cannot do without a command line. The text says in which line it reads which argument."""


@dataclass(frozen=True)
class CommandLine:
    """The command line of a script in the chat.

    Attributes:
        before: the arguments before the person's message.
        has_message: the message is the last argument.
        line: where the argument is declared without which the program does not start; 0 if there is none.
    """

    before: tuple[str, ...] = ()
    has_message: bool = False
    line: int = 0


def read_arguments(functions: Iterable[Function], *, asks: bool) -> CommandLine:
    """Finds the command line that a script needs.

    Args:
        functions: those of the script.
        asks: the script also asks for an input, which is the person's message if no argument has to be.

    Raises:
        NeedsArguments: it needs several arguments, or one that is not a text.
    """
    nodes = [node for each in functions for node in ast.walk(each)]
    declared = [
        each
        for each in nodes
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr == "add_argument"
    ]
    needed = [each for each in declared if _is_required(each)]
    if needed[1:] or not all(map(_is_text, needed)):
        names = " and ".join(map(_name, needed[:2]))
        raise NeedsArguments(f"line {needed[-1].lineno}: the program needs {names} on its command line.")
    if needed:
        name = _name(needed[0])
        before = (name,) if name.startswith("-") else ()
        return CommandLine(before, has_message=True, line=needed[0].lineno)
    for each in nodes:
        match each:
            case ast.Subscript(value=value, slice=ast.Constant(value=int(index))) if (
                _is_argv(value) and index > 1
            ):
                raise NeedsArguments(f"line {each.lineno}: the program reads {ARGV}[{index}].")
    reads = any(map(_is_argv, nodes)) or any(not _name(each).startswith("-") for each in declared)
    return CommandLine(has_message=reads and not asks)


def is_command_line(node: ast.AST) -> TypeGuard[ast.expr]:
    """True for ``sys.argv``, and for what a parser has read of it."""
    function = node.func if isinstance(node, ast.Call) else None
    return (isinstance(function, ast.Attribute) and function.attr in PARSES) or _is_argv(node)


def _is_argv(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node) == ARGV


def _name(call: ast.Call) -> str:
    names = [
        each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return max(names, key=len, default="")


def _is_text(call: ast.Call) -> bool:
    options = {each.arg: ast.unparse(each.value) for each in call.keywords}
    return options.get("type", "str") == "str" and not options.keys() & {"choices", "action"}


def _is_required(call: ast.Call) -> bool:
    options = {each.arg: each.value for each in call.keywords}
    if _name(call).startswith("-"):
        required = options.get("required")
        return isinstance(required, ast.Constant) and bool(required.value)
    optional = options.get("nargs")
    return not (isinstance(optional, ast.Constant) and optional.value in _OPTIONAL)
