"""Guards what pydantic's models and dataclasses have as ``default_factory``, such as ``uuid4``, which their
schemas keep.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.dataclasses import is_pydantic_dataclass, rebuild_dataclass
from pydantic.fields import FieldInfo

from agentex_web.compat.field_factories import set_factory
from agentex_web.turns.guard.replacements import guarded


def guard_models(classes: Iterable[type]) -> None:
    """Replaces the factories of the pydantic models and dataclasses among the classes."""
    models = [each for each in classes if issubclass(each, BaseModel) or dataclasses.is_dataclass(each)]
    changed = False
    for field in [field for each in models for field in _fields(each)]:
        if callable(field.default_factory):
            factory = guarded(field.default_factory)
            if factory is not field.default_factory:
                set_factory(field, factory)
                changed = True
    # A model contains the schemas of the models in its fields. These are usually defined before it, but may
    # be in a module that comes later.
    for each in 2 * models if changed else ():
        if issubclass(each, BaseModel):
            each.model_rebuild(force=True, raise_errors=False)
        elif is_pydantic_dataclass(each):
            rebuild_dataclass(each, force=True, raise_errors=False)


def _fields(cls: type) -> Iterator[Any]:
    """The fields of a class, from which its schema is made. A dataclass has pydantic's as a default."""
    if issubclass(cls, BaseModel):
        yield from cls.model_fields.values()
        return
    for each in dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ():
        yield each
        if isinstance(each.default, FieldInfo):
            yield each.default
