"""Replaces the ``default_factory`` of pydantic's fields.

pydantic 2.14 makes the fields of a dataclass again when it rebuilds its schema, from what was given to
``Field(…)``, which only a private attribute has. No public function changes it.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from pydantic.fields import FieldInfo


def set_factory(field: "FieldInfo | dataclasses.Field[Any]", factory: Callable[..., Any]) -> None:
    """Replaces a field's factory. The schema of its class must be rebuilt."""
    field.default_factory = factory
    if isinstance(field, FieldInfo):
        field._attributes_set["default_factory"] = factory
