"""Text and JSON as models and tools may write them: PostgreSQL takes no NUL, which a binary file is full of.

To the database they are Django's own fields.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
    _JSONField = models.JSONField[Any, Any]
else:
    _TextField, _JSONField = models.TextField, models.JSONField


def without_nul(value: Any) -> Any:
    """The value without NUL characters, in whatever depth."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [without_nul(each) for each in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(each) for name, each in value.items()}
    return value


class Text(_TextField):
    def get_prep_value(self, value: Any) -> Any:
        return without_nul(super().get_prep_value(value))

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


class Json(_JSONField):
    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(without_nul(value), connection, prepared)

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options
