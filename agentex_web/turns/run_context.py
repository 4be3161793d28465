"""The run context of a chat: made by ``CONTEXT`` in its agent's file, and stored as JSON with each turn.

Pydantic converts it: pydantic models, dataclasses and JSON values are supported, and plain objects whose
attributes are JSON values.
"""

import copy
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation
from pydantic_core import PydanticSerializationError, ValidationError

from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.plain_values import adapter_of_plain_class, is_plain_class
from agentex_web.turns.task_payloads import TaskRef

CONTEXT_BYTES = 65_536
"""The size limit, the same as that of a task's state."""


class BadContext(AuthorError):
    """A run context cannot be made, stored or read. The text names it and explains what to write."""


@dataclass(frozen=True)
class ContextMaker:
    """Makes the run context of a chat.

    Args:
        source: a class; a function, which may take the task (``TaskRef``); or a value, which is copied for
            each chat.
    """

    source: Any

    def fresh(self, task: TaskRef) -> Any:
        """The context of a new chat."""
        if not callable(self.source):
            return copy.deepcopy(self.source)
        return self.source(task) if takes_argument(self.source) else self.source()

    def check(self) -> None:
        """Checks early whether a class can be stored.

        Raises:
            BadContext: ``source`` is a class whose instances cannot be stored.
        """
        if isinstance(self.source, type):
            adapter_of(self.source)


def takes_argument(function: Callable[..., Any]) -> bool:
    """True if a class or function requires a positional argument."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(each.kind in positional and each.default is inspect.Parameter.empty for each in parameters)


def adapter_of(kind: type) -> TypeAdapter[Any]:
    """Returns the pydantic adapter that stores and reads instances of a class.

    Raises:
        BadContext: pydantic does not support the class, and it is no plain one.
    """
    try:
        return TypeAdapter(kind)
    except (PydanticSchemaGenerationError, PydanticUndefinedAnnotation) as error:
        if is_plain_class(kind) and not is_dataclass(kind):
            return adapter_of_plain_class(kind)
        reason = str(error).splitlines()[0]
        raise BadContext(
            f"The run context {kind.__name__} cannot be stored between messages. "
            f"Make it a pydantic model, or a dataclass of values that pydantic can convert. ({reason})"
        ) from None


def stored(context: Any) -> Any:
    """Converts the context to JSON values.

    Raises:
        BadContext: the context holds a value that cannot be stored, or is larger than CONTEXT_BYTES.
    """
    kind = type(context)
    try:
        value = adapter_of(kind).dump_python(context, mode="json")
        size = len(json.dumps(value).encode())
    except (PydanticSerializationError, TypeError, ValueError) as error:
        raise BadContext(
            f"The run context {kind.__name__} holds a value that cannot be stored between messages: {error}"
        ) from None
    if size > CONTEXT_BYTES:
        raise BadContext(
            f"The run context {kind.__name__} is {size:,} bytes; the limit is {CONTEXT_BYTES:,}."
        )
    return value


def restored(value: Any, fresh: Any) -> Any:
    """Reads a context from the JSON values that ``stored`` returned.

    Args:
        fresh: a context for a new chat; the stored context becomes an instance of the same class.

    Raises:
        BadContext: the class has changed, and the stored values no longer fit it.
    """
    try:
        return adapter_of(type(fresh)).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(each) for each in first["loc"])
        raise BadContext(
            f"The run context stored with this chat no longer fits {type(fresh).__name__}: "
            f"{where}: {first['msg']}. Give new fields a default."
        ) from None
