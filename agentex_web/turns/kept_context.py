"""The run context of a chat: made by ``CONTEXT`` of its agent's file, and kept as JSON with each turn.

Pydantic writes and reads it: its own models, dataclasses, and whatever JSON has.
"""

import copy
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation
from pydantic_core import PydanticSerializationError, ValidationError

from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.payloads import TaskRef

CONTEXT_BYTES = 65_536
"""As large as the state of a task may be."""


class BadContext(AuthorError):
    """A run context that cannot be made, kept or read; the text names it and says what to write."""


@dataclass(frozen=True)
class ContextMaker:
    """Makes the run context of a chat.

    Args:
        source: a class, a function with or without the task (``TaskRef``) as its argument, or a value, of
            which each chat gets a copy.
    """

    source: Any

    def fresh(self, task: TaskRef) -> Any:
        """The context of a new chat."""
        if not callable(self.source):
            return copy.deepcopy(self.source)
        return self.source(task) if takes_argument(self.source) else self.source()

    def check(self) -> None:
        """
        Raises:
            BadContext: a class whose objects cannot be kept.
        """
        if isinstance(self.source, type):
            adapter_of(self.source)


def takes_argument(function: Callable[..., Any]) -> bool:
    """True if a class or function demands one positional argument."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(each.kind in positional and each.default is inspect.Parameter.empty for each in parameters)


def adapter_of(kind: type) -> TypeAdapter[Any]:
    """What writes and reads objects of a class.

    Raises:
        BadContext: pydantic does not know how.
    """
    try:
        return TypeAdapter(kind)
    except (PydanticSchemaGenerationError, PydanticUndefinedAnnotation) as error:
        reason = str(error).splitlines()[0]
        raise BadContext(
            f"The run context {kind.__name__} cannot be kept between messages. "
            f"Make it a pydantic model or a dataclass whose fields are. ({reason})"
        ) from None


def written(context: Any) -> Any:
    """The context as JSON values.

    Raises:
        BadContext: it holds what cannot be written, or is larger than CONTEXT_BYTES.
    """
    kind = type(context)
    try:
        value = adapter_of(kind).dump_python(context, mode="json")
        size = len(json.dumps(value).encode())
    except (PydanticSerializationError, TypeError, ValueError) as error:
        raise BadContext(
            f"The run context {kind.__name__} holds what cannot be kept between messages: {error}"
        ) from None
    if size > CONTEXT_BYTES:
        raise BadContext(
            f"The run context {kind.__name__} has {size:,} bytes; the limit is {CONTEXT_BYTES:,}."
        )
    return value


def read(value: Any, fresh: Any) -> Any:
    """The context that ``written`` made JSON of.

    Args:
        fresh: one of a new chat; the kept one has its class.

    Raises:
        BadContext: the class has changed since, and does not fit what was kept.
    """
    try:
        return adapter_of(type(fresh)).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(each) for each in first["loc"])
        raise BadContext(
            f"The run context that this chat has kept does not fit {type(fresh).__name__} any more: "
            f"{where}: {first['msg']}. Give new fields a default."
        ) from None
