"""Fields for text and JSON from models, tools and other systems.

PostgreSQL rejects NUL (common in binary files), halves of surrogate pairs, and NaN, which Python's JSON reads
and writes. In migrations these fields appear as Django's own.
"""

import math
from typing import TYPE_CHECKING, Any

from django.db import models

from agentex_web.utf16 import repaired

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
    _JSONField = models.JSONField[Any, Any]
else:
    _TextField, _JSONField = models.TextField, models.JSONField


def storable(value: Any) -> Any:
    """Returns the value, at any depth, without NUL, with whole surrogate pairs (utf16.py), and with infinite
    numbers and NaN as text.
    """
    if isinstance(value, str):
        return repaired(value.replace("\x00", ""))
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    return value


class Text(_TextField):
    def get_prep_value(self, value: Any) -> Any:
        return storable(super().get_prep_value(value))

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


class Json(_JSONField):
    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(storable(value), connection, prepared)

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options
