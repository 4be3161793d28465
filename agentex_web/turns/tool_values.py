"""Converts tool results and run contexts, to send them between a workflow and the activity that runs a tool.

Plain JSON is sent unchanged. The SDK's images and files and authors' dataclasses and pydantic models are sent
with the name of their class. Any other result is converted to the text that the model would get.
"""

import dataclasses
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import PydanticSerializationError

from agentex_web.turns.plain_values import adapter_of_plain_class, is_plain, is_plain_class
from agents import RunContextWrapper

REMEDY = (
    "Make it a dataclass or a pydantic model of plain data, defined at the top of a file, "
    "or let the tool run in the workflow: @adk.pure."
)


class CannotBeSent(TypeError):
    """A run context cannot be sent to a tool. The text says what to do."""


@dataclass
class PackedValue:
    """A value in the form in which it is sent.

    Attributes:
        value: JSON.
        cls: the class of the value, as ``module:qualname``; empty for plain JSON.
        many: True if ``value`` is a list of values of that class; without a class, a list of PackedValues.
    """

    value: Any = None
    cls: str = ""
    many: bool = False


def packed_result(result: Any) -> PackedValue:
    """Packs a tool's result. Never raises: a result that cannot be sent becomes the text for the model."""
    many = isinstance(result, list) and bool(result) and len({type(each) for each in result}) == 1
    for_class = result[0] if many else result
    if _is_modelled(for_class) and (name := _class_name(type(for_class))):
        values = result if many else [result]
        dumped = [_dumped(each) for each in values]
        if None not in dumped:
            return PackedValue(dumped if many else dumped[0], name, many)
    if is_plain(result):
        return PackedValue(result)
    if isinstance(result, list) and all(is_plain(each) or _is_modelled(each) for each in result):
        return PackedValue([vars(packed_result(each)) for each in result], many=True)
    return PackedValue(_text_of(result))


def packed_context(context: Any) -> PackedValue:
    """Serialises the run context for a tool that runs in an activity.

    Raises:
        CannotBeSent: the context holds something that is not data, such as a connection.
    """
    if is_plain(context):
        return PackedValue(context)
    name = _class_name(type(context))
    kept = _is_modelled(context) or is_plain_class(type(context))
    dumped = _dumped(context) if name and kept else None
    if dumped is None:
        raise CannotBeSent(
            f"The run context, a {type(context).__name__}, cannot be sent to the tool. {REMEDY}"
        )
    return PackedValue(dumped, name)


def unpacked(packed: PackedValue) -> Any:
    """Restores the value.

    Raises:
        LookupError: its class does not exist in this process.
        ValueError: the class no longer accepts the value.
    """
    if packed.many and not packed.cls:
        return [unpacked(PackedValue(**each)) for each in packed.value]
    if not packed.cls:
        return packed.value
    adapter = _adapter(_class(packed.cls))
    if packed.many:
        return [adapter.validate_python(each) for each in packed.value]
    return adapter.validate_python(packed.value)


def merge(wrapper: RunContextWrapper[Any], before: PackedValue, after: PackedValue) -> None:
    """Applies the changes that a tool made to its copy of the run context.

    Only the fields that the tool changed are written, so that tools that run in parallel do not undo each
    other's changes, as long as they change different fields.
    """
    if after == before:
        return
    context = wrapper.context
    if isinstance(context, list):
        context[:] = unpacked(after)
    elif isinstance(before.value, dict) and isinstance(after.value, dict):
        changed = unpacked(after)
        for key in before.value.keys() - after.value.keys():
            if isinstance(context, dict):
                context.pop(key, None)
        for key, value in after.value.items():
            if key in before.value and before.value[key] == value:
                continue
            if isinstance(context, dict):
                context[key] = changed[key]
            else:
                setattr(context, key, getattr(changed, key))
    else:
        wrapper.context = unpacked(after)


def _is_modelled(value: Any) -> bool:
    return isinstance(value, BaseModel) or (dataclasses.is_dataclass(value) and not isinstance(value, type))


def _dumped(value: Any) -> Any:
    """The value as JSON; None if it cannot be converted to JSON or restored from it."""
    cls: Any = type(value)
    adapter = _adapter(cls)
    try:
        dumped = adapter.dump_python(value, mode="json", warnings="error")
        adapter.validate_python(dumped)
    except (PydanticSerializationError, ValueError, TypeError):
        return None
    return dumped


@lru_cache(maxsize=200)
def _adapter(cls: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(cls)
    except PydanticSchemaGenerationError:
        if not is_plain_class(cls):
            raise
        return adapter_of_plain_class(cls)


def _class_name(cls: type) -> str:
    name = f"{cls.__module__}:{cls.__qualname__}"
    try:
        return name if _class(name) is cls else ""
    except LookupError:
        return ""


def _class(name: str) -> type:
    module, _, qualname = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type):
        raise LookupError(f"There is no class {qualname} in {module}.")
    return found


def _text_of(result: Any) -> str:
    try:
        return str(result)
    except Exception as error:  # noqa: BLE001  (an author's __str__ may raise anything)
        return f"(a {type(result).__name__} that has no text: {type(error).__name__})"
