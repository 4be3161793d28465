"""Serves workflows whose ``run`` returns an answer, as in Temporal's samples: one call per message.

Temporal's samples do not handle messages. A workflow made here does, and calls their ``run`` with the
person's message: as a text, as a number, or as the only text of a dataclass or pydantic model. A ``run``
without arguments is called as it is. Its result is the answer, unless an agent has just given the same one.
"""

import dataclasses
import inspect
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_json, to_jsonable_python
from temporalio import workflow

from agentex_web.compat import temporal_definitions as definitions
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow
from agentex_web.turns.workflow_outbound import ContinuedInTurn

PATCH_NO_ANSWER = "a workflow says that it has no answer"
"""Temporal patch id. Before the patch, it said nothing."""
_MADE = "_agentex_one_shot"
MOST_RUNS = 200
"""How often a workflow may continue as new for one message."""
Arguments = Callable[[str], list[Any]]


class UnfitMessage(AuthorError):
    """The person's message cannot be the workflow's argument; the text says what it has to be."""


def takes_a_message(cls: type) -> bool:
    """True if the ``run`` of a decorated workflow can be called with a person's message."""
    return _arguments(cls) is not None and not awaited(cls)


def returns_an_answer(cls: type) -> bool:
    """True if the ``run`` of a decorated workflow returns a string; then only its argument may be missing."""
    try:
        return get_type_hints(definitions.run_method(cls)).get("return") is str
    except (LookupError, ValueError, TypeError, NameError):
        return False


def awaited(cls: type) -> str:
    """A signal or update for which a decorated workflow waits, and which no chat sends; empty without one."""
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):
        return ""
    names = definitions.messages_of(cls) if "wait_condition" in source else []
    return next(iter(names), "")


def by_message(cls: type) -> type[Workflow]:
    """Returns a workflow that calls this one's ``run`` for each message; always the same class."""
    known: type[Workflow] | None = vars(cls).get(_MADE)
    if known is not None:
        return known
    run, arguments = definitions.run_method(cls), _arguments(cls)
    assert arguments is not None
    takes_arguments = bool(inspect.signature(cls).parameters)

    async def _answer(given: Sequence[Any]) -> Any:
        for _ in range(MOST_RUNS):
            try:
                # With Temporal's `workflow.init`, the object gets the arguments of `run`.
                return await run(cls(*given) if takes_arguments else cls(), *given)
            except ContinuedInTurn as continued:
                given = continued.arguments
        raise UnfitMessage(f"{cls.__name__} continued as new more than {MOST_RUNS} times for one message.")

    async def on_message(_self: Workflow, turn: Turn) -> None:
        answer = await _answer(arguments(turn.message.content.content))
        if _is_data(answer):
            if not turn.progress.items.has_data(to_jsonable_python(answer, fallback=str)):
                await turn.say(to_json(answer, indent=2, fallback=str).decode())
        elif answer is not None and str(answer).strip():
            await turn.say(str(answer))
        elif not turn.progress.items.added and workflow.patched(PATCH_NO_ANSWER):
            await turn.say(f"{cls.__name__} has ended without an answer.", author="system")

    def body(names: dict[str, Any]) -> None:
        names.update(on_message=on_message, __module__=cls.__module__, __doc__=cls.__doc__)

    name = f"{definitions.workflow_name(cls)}ByMessage"
    made: type[Workflow] = types.new_class(name, (Workflow,), {"name": name}, body)
    setattr(cls, _MADE, made)
    # Temporal's sandbox finds classes by their module and name.
    setattr(sys.modules[cls.__module__], name, made)
    return made


def _arguments(cls: type) -> Arguments | None:
    """Makes the arguments of ``run`` from a message; None if that is not possible."""
    try:
        run = definitions.run_method(cls)
        given = [each for each in inspect.signature(run).parameters.values() if each.name != "self"]
        hints = get_type_hints(run)
    except (LookupError, ValueError, TypeError, NameError):
        return None
    if any(each.default is inspect.Parameter.empty for each in given[1:]):
        return None
    if not given:
        return (lambda _text: []) if hints.get("return") is str else None
    return _argument(_without_none(hints.get(given[0].name, str)))


def _argument(kind: Any) -> Arguments | None:
    if kind is str:
        return lambda text: [text]
    if kind in (int, float):
        return lambda text: [_number(kind, text)]
    if (field := _only_text(kind)) is not None:
        return lambda text: [kind(**{field: text})]
    return None


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        others = [each for each in get_args(kind) if each is not type(None)]
        return others[0] if len(others) == 1 else kind
    return kind


def _number(kind: Any, text: str) -> Any:
    try:
        return TypeAdapter(kind).validate_python(text.strip())
    except ValidationError:
        whole = "a whole number" if kind is int else "a number"
        raise UnfitMessage(f"This agent takes {whole}, and nothing else, as a message.") from None


def _only_text(kind: Any) -> str | None:
    """The name of the only field of a model that needs a value, if that is a text."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        missing = dataclasses.MISSING
        needed = [
            each.name
            for each in dataclasses.fields(kind)
            if each.init and each.default is missing and each.default_factory is missing
        ]
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        needed = [name for name, each in kind.model_fields.items() if each.is_required()]
    else:
        return None
    try:
        hints = get_type_hints(kind)
    except (NameError, TypeError):
        return None
    return needed[0] if len(needed) == 1 and hints.get(needed[0]) is str else None


def _is_data(answer: Any) -> bool:
    return isinstance(answer, BaseModel | dict | list | tuple) or dataclasses.is_dataclass(answer)
