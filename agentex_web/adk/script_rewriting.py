"""Rewrites the functions of a script so that they can handle a message in a workflow.

What would read the keyboard, run an event loop or end the program is replaced with what
turns/script_runtime.py offers. A plain function that must wait for that becomes a coroutine, and its callers
await it.
"""

import ast
import copy
from collections.abc import Container
from typing import Any

from agentex_web.adk import script_source
from agentex_web.adk.agent_source import Function, name_of
from agentex_web.adk.script_arguments import ARGV, OF_PARSER, PARSES
from agentex_web.adk.script_source import ScriptSource
from agentex_web.adk.syntax import parameters_of

RUNTIME = "_agentex_script"
"""The name of turns/script_runtime.py in the script's module."""
_PREFIX = "_agentex_script_"
_NEEDLESS = {
    "load_dotenv",
    "dotenv.load_dotenv",
    "nest_asyncio.apply",
    "set_tracing_disabled",
    "set_tracing_export_api_key",
    "enable_verbose_stdout_logging",
    "logging.basicConfig",
    "os.system",
}
"""Calls that prepare a program; here, the worker is prepared. ``os.system`` clears a terminal."""

_SESSIONS = {"SQLiteSession", "AdvancedSQLiteSession", "OpenAIConversationsSession"}
"""Sessions that write to a file or a server."""


def rewritten(script: ScriptSource, answers: Container[ast.expr], message: Container[ast.expr]) -> ast.Module:
    """Returns what is executed for each message: the assignments to the script's own variables, and its
    functions under new names; ``name_in_module(main.name)`` is that of ``main``.

    Args:
        answers: the runs whose results people see as answers.
        message: the texts in whose place the person's message goes.
    """
    rewriter = _Rewriter(script, answers, message)
    made = [rewriter.statement(each) for each in script.variables.made_again]
    body = [*made, *(rewriter.function(each) for each in script.functions.values())]
    return ast.fix_missing_locations(ast.Module(body, []))


def name_in_module(name: str) -> str:
    """The name of a rewritten function."""
    return _PREFIX + (name if name.isidentifier() else "start")


class _Rewriter:
    def __init__(
        self, script: ScriptSource, answers: Container[ast.expr], message: Container[ast.expr]
    ) -> None:
        self._script = script
        self._answers = answers
        self._message = message
        # The parameters of the function that is rewritten.
        self._parameters: set[str] = set()

    def statement(self, statement: ast.stmt) -> ast.stmt:
        """A statement of the file's top level."""
        return self._rewrite(statement, may_wait=False)  # type: ignore[no-any-return]

    def function(self, function: Function) -> ast.stmt:
        may_wait = function.name in self._script.waiting
        self._parameters = {each.arg for each in parameters_of(function)}
        body: list[ast.stmt] = [self._rewrite(each, may_wait) for each in function.body]
        if function is self._script.main and (names := self._script.variables.assigned):
            body.insert(0, ast.Global(sorted(names)))
        kind = ast.AsyncFunctionDef if may_wait else ast.FunctionDef
        made = kind(name_in_module(function.name), copy.deepcopy(function.args), body or [ast.Pass()], [])
        return ast.copy_location(made, function.body[0])

    def _rewrite(self, node: Any, may_wait: bool) -> Any:
        """A copy of the node, rewritten.

        Args:
            may_wait: the node may contain ``await``.
        """
        if node in self._message:
            return _at(node, _runtime("message"))
        match node:
            case ast.Attribute() if ast.unparse(node) == ARGV:
                return _at(node, _runtime("argv", *self._arguments()))
            case ast.Expr(value=ast.Call() as call) if name_of(call) in _NEEDLESS:
                return ast.copy_location(ast.Pass(), node)
            case ast.Call():
                return self._call(node, may_wait)
            case ast.AnnAssign(target=ast.Name(id=name)) if name in self._script.variables.assigned:
                # A global variable cannot have an annotation.
                made = (
                    ast.Assign([node.target], self._rewrite(node.value, may_wait))
                    if node.value
                    else ast.Pass()
                )
                return ast.copy_location(made, node)
            case ast.Name(id=name) if name in self._script.functions:
                return ast.copy_location(ast.Name(name_in_module(name), node.ctx), node)
            case ast.Await():
                value = self._rewrite(node.value, may_wait)
                return value if isinstance(value, ast.Await) else ast.copy_location(ast.Await(value), node)
            case ast.FunctionDef() | ast.Lambda() | ast.GeneratorExp():
                may_wait = False
            case ast.AsyncFunctionDef():
                may_wait = True
        fields = {name: self._field(value, may_wait) for name, value in ast.iter_fields(node)}
        return (
            ast.copy_location(type(node)(**fields), node) if hasattr(node, "lineno") else type(node)(**fields)
        )

    def _field(self, value: Any, may_wait: bool) -> Any:
        if isinstance(value, list):
            return [self._field(each, may_wait) for each in value]
        return self._rewrite(value, may_wait) if isinstance(value, ast.AST) else value

    def _arguments(self) -> list[ast.expr]:
        line = self._script.arguments
        given: list[ast.expr] = [ast.Constant(each) for each in line.before]
        return [*given, _runtime("argument")] if line.has_message else given

    def _call(self, call: ast.Call, may_wait: bool) -> ast.expr:
        name = name_of(call)
        given = [self._field(each, may_wait) for each in call.args]
        options = [self._field(each, may_wait) for each in call.keywords]
        is_answer = ast.Constant(value=call in self._answers)
        # The agent may have been given by name, and the input may then be the first argument.
        agent = [each.value for each in options if each.arg == "starting_agent"]
        others = [each for each in options if each.arg != "starting_agent"]
        if name == script_source.RUN:
            return _at(call, _runtime("run", is_answer, *agent, *given, keywords=others))
        if name in ("exit", "quit", "sys.exit"):
            return _at(call, _runtime("leave", *given))
        if name.rpartition(".")[2] in OF_PARSER:
            if name.rpartition(".")[2] in PARSES and not given:
                given = [ast.List(self._arguments(), ast.Load())]
            function = self._rewrite(call.func, may_wait)
            return _at(call, _runtime("on_command_line", function, *given, keywords=options))
        if name.rpartition(".")[2] in _SESSIONS:
            return _at(call, _runtime("memory"))
        if name == script_source.RUN_SYNC and may_wait:
            return _awaited(call, _runtime("run", is_answer, *agent, *given, keywords=others))
        if name == script_source.RUN_STREAMED and may_wait:
            return _awaited(call, _runtime("run_streamed", is_answer, *agent, *given, keywords=others))
        if may_wait and (waiting := self._waiting_call(call, name, given, options)) is not None:
            return waiting
        made = _at(call, ast.Call(self._rewrite(call.func, may_wait), given, options))
        function = self._script.functions.get(name)
        if isinstance(function, ast.FunctionDef) and name in self._script.waiting and may_wait:
            return _awaited(call, made)
        return made

    def _waiting_call(
        self, call: ast.Call, name: str, given: list[ast.expr], options: list[ast.keyword]
    ) -> ast.expr | None:
        """What takes the place of a call that waits, but runs no agent; None if it does not wait."""
        if name in script_source.READS:
            place: ast.expr = ast.Constant(f"{call.lineno}:{call.col_offset}")
            if call.args and isinstance(asked := call.args[0], ast.Name) and asked.id in self._parameters:
                # A function that asks whatever it is given: each of its questions is an input of its own.
                place = _runtime("place_of", place, ast.Name(asked.id, ast.Load()))
            return _awaited(call, _runtime("read", place, *given))
        if name in script_source.CONFIRMS:
            return _awaited(call, _runtime("confirm", *given, keywords=options))
        if name == script_source.SLEEP:
            return _awaited(call, _runtime("sleep", *given))
        if name in script_source.LOOPS and given:
            return given[0] if isinstance(given[0], ast.Await) else _awaited(call, given[0])
        return None


def _runtime(name: str, *given: ast.expr, keywords: list[ast.keyword] | None = None) -> ast.Call:
    function = ast.Attribute(ast.Name(RUNTIME, ast.Load()), name, ast.Load())
    return ast.Call(function, list(given), keywords or [])


def _at(place: ast.expr, made: ast.expr) -> ast.expr:
    return ast.copy_location(made, place)


def _awaited(place: ast.expr, made: ast.expr) -> ast.expr:
    return _at(place, ast.Await(_at(place, made)))
