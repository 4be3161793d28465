"""Finds where a script gets the person's message: at an input, on its command line, or in place of a text of
its own.
"""

import ast

from agentex_web.adk.agent_source import Function, name_of
from agentex_web.adk.script_arguments import CommandLine, is_command_line
from agentex_web.adk.script_data import PRINTS, ScriptData, argument, arguments
from agentex_web.adk.script_source import NotForChats, ScriptSource
from agentex_web.adk.syntax import keyword, parameters_of

_INPUT_AT = 1
"""The position of the input among the arguments of ``Runner.run()``."""
_DEEPEST = 4
"""How many names are followed to a text."""
_Given = list[tuple[Function, ast.expr]]
"""Expressions, each with the function that it is in."""


def place_of_message(script: ScriptSource) -> list[ast.expr]:
    """Finds the places in the source where the person's message replaces the script's text for its agents.

    A command line that has nothing for an agent is left empty.

    Returns:
        empty if the script reads the message.

    Raises:
        NotForChats: the agents get several different texts of the script, or none.
    """
    data = ScriptData(script)
    if script.arguments.has_message and not _reaches_agents(script, data):
        if script.arguments.line:
            raise NotForChats(f"line {script.arguments.line}: the program needs a command-line argument.")
        script.arguments = CommandLine()
        data = ScriptData(script)
    given = _inputs(data)
    if script.reads or script.arguments.has_message:
        for function, text in given:
            if not data.of(function, text):
                raise NotForChats(
                    f"line {text.lineno}: an agent gets a text of the program, and not what a person says."
                )
        return []
    return _replaced(script, data, given or _arguments_of_methods(script))


def _reaches_agents(script: ScriptSource, data: ScriptData) -> bool:
    """True if an agent gets something from the command line."""
    given = _inputs(data) or [(each, given) for each, call in script.calls() for given in arguments(call)]
    return any(is_command_line(source) for each, text in given for source in data.of(each, text))


def _inputs(data: ScriptData) -> _Given:
    found = ((function, keyword(call, "input") or _positional(call)) for function, call in data.runs)
    return [(function, given) for function, given in found if given is not None]


def _positional(run: ast.Call) -> ast.expr | None:
    return run.args[_INPUT_AT] if len(run.args) > _INPUT_AT else None


def _arguments_of_methods(script: ScriptSource) -> _Given:
    """The texts that methods get. They run the agents if the script's functions run none."""
    return [
        (function, given)
        for function, call in script.calls()
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call | ast.Name)
        for given in arguments(call)
        if (found := _text(script, function, given)) is not None
        and " " in _written(script, found[1])
        and name_of(call).rpartition(".")[2] not in PRINTS
    ]


def _replaced(script: ScriptSource, data: ScriptData, given: _Given) -> list[ast.expr]:
    found: dict[object, list[ast.expr]] = {}
    for function, each in given:
        made_up = _made_up(each)
        if made_up is None and data.of(function, each):
            continue
        text = None if made_up is not None else _text(script, function, each)
        if text is None:
            what = "a conversation that it makes up" if made_up is not None else "a text that it makes"
            raise NotForChats(f"line {each.lineno}: the program gives an agent {what}.")
        found.setdefault(text[0], []).append(text[1])
    if len(found) > 1:
        lines = " and ".join(str(line) for line in sorted({each[0].lineno for each in found.values()})[:2])
        raise NotForChats(f"lines {lines}: the program gives its agents several texts of its own.")
    if not found:
        raise NotForChats(f"line {script.main.body[0].lineno}: the program gives its agents no text.")
    return next(iter(found.values()))


def _text(
    script: ScriptSource, function: Function, value: ast.expr, depth: int = 0
) -> tuple[object, ast.expr] | None:
    """The text that an expression stands for, with a key that is the same for the same text."""
    match value:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return value, value
        case ast.List(elts=[ast.Dict(keys=keys, values=values)]):
            fields = dict(zip([_literal(each) for each in keys], values, strict=True))
            return _text(script, function, fields["content"], depth) if "content" in fields else None
        case ast.Name(id=name):
            return _text_of_name(script, function, name, value, depth)
    return None


def _text_of_name(
    script: ScriptSource, function: Function, name: str, value: ast.expr, depth: int
) -> tuple[object, ast.expr] | None:
    assigned = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    ]
    if assigned or depth > _DEEPEST:
        return _text(script, function, assigned[0], depth + 1) if len(assigned) == 1 else None
    if name in [each.arg for each in parameters_of(function)]:
        given = [
            (caller, found)
            for caller, call in script.calls()
            if name_of(call) == function.name and (found := argument(function, call, name)) is not None
        ]
        return _text(script, *given[0], depth + 1) if len(given) == 1 else None
    return (name, value) if name in script.constants else None


def _literal(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _written(script: ScriptSource, node: ast.expr) -> str:
    return ast.unparse(script.constants[node.id] if isinstance(node, ast.Name) else node)


def _made_up(given: ast.expr) -> ast.expr | None:
    """The message that the script has made up for the person, in the input of an agent that gets more."""
    if isinstance(given, ast.List) and len(given.elts) == 1:
        return None
    for node in ast.walk(given):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if _literal(key) == "content" and isinstance(value, ast.Constant):
                    return value
    return None
