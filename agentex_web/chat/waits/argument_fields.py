"""A form for a tool call's arguments, with a field for each, according to the tool's JSON Schema."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from agentex_web.actions.refused import Refused
from agentex_web.strict_json import strict_json

PREFIX = "argument."
"""Prefix of the form fields' names."""
LONG_TEXT = 60
"""A text with more characters than this gets a field of several lines."""
MOST_LENGTH = 100_000
Kind = Literal["text", "long", "number", "choice", "json"]


@dataclass(frozen=True)
class ArgumentField:
    """One field.

    Attributes:
        value: the text that the form shows; empty if the model left the argument out.
        choices: for kind ``choice``; a boolean has the choices ``true`` and ``false``.
        given: what the model gave, as a tuple of one; empty if it left the argument out.
    """

    name: str
    kind: Kind
    value: str
    choices: tuple[str, ...] = ()
    description: str = ""
    given: tuple[Any, ...] = ()

    @property
    def field_name(self) -> str:
        return f"{PREFIX}{self.name}"


def argument_fields_of(arguments: Any, schema: Mapping[str, Any]) -> list[ArgumentField]:
    """The fields of a call's arguments, including arguments that the model left out."""
    if not isinstance(arguments, dict):
        return []
    found = schema.get("properties") if isinstance(schema, Mapping) else None
    properties = found if isinstance(found, Mapping) else {}
    names = dict.fromkeys([*arguments, *properties])
    return [
        replace(
            _field(name, arguments.get(name), _own_schema(properties.get(name))),
            given=(arguments[name],) if name in arguments else (),
        )
        for name in names
    ]


def arguments_in(posted: Mapping[str, str], fields: list[ArgumentField]) -> dict[str, Any]:
    """The arguments that a person entered. What they did not change is as the model gave it, or left out.

    Raises:
        Refused: an argument is not a number, not JSON, or too long.
    """
    found: dict[str, Any] = {}
    for field in fields:
        text = _lines(posted.get(field.field_name, field.value))
        if len(text) > MOST_LENGTH:
            sizes = {"name": field.name, "length": f"{len(text):,}", "limit": f"{MOST_LENGTH:,}"}
            raise Refused(_("“%(name)s” has %(length)s characters; the limit is %(limit)s.") % sizes)
        if text != _lines(field.value):
            found[field.name] = _value(field, text)
        elif field.given:
            found[field.name] = field.given[0]
    return found


def _lines(text: str) -> str:
    """A text with \\n at the end of each line. A browser sends every kind of line end as \\r\\n."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _value(field: ArgumentField, text: str) -> Any:
    if field.kind in ("text", "long"):
        return text
    if field.kind == "choice" and set(field.choices) != {"true", "false"}:
        return text
    try:
        return strict_json(text)
    except (ValueError, RecursionError):
        words = (
            _("“%(name)s” is not a number.") if field.kind == "number" else _("“%(name)s” is not valid JSON.")
        )
        raise Refused(words % {"name": field.name}) from None


def _own_schema(schema: Any) -> Mapping[str, Any]:
    """An argument's schema; for ``str | None`` that of the text alone."""
    if not isinstance(schema, Mapping):
        # Such as ``true``, which allows everything.
        return {}
    kinds, either = schema.get("type"), schema.get("anyOf")
    if isinstance(kinds, list):
        either = [{"type": each} for each in kinds]
    if not isinstance(either, list):
        return schema
    others = [each for each in either if isinstance(each, Mapping) and each.get("type") != "null"]
    return {**schema, "type": None, **others[0]} if len(others) == 1 else schema


def _field(name: str, value: Any, schema: Mapping[str, Any]) -> ArgumentField:
    about = str(schema.get("description", ""))
    choices = schema.get("enum")
    if isinstance(choices, list) and all(isinstance(each, str) for each in choices):
        return ArgumentField(name, "choice", str(value or ""), tuple(choices), about)
    kind = schema.get("type")
    if isinstance(value, bool) or (value is None and kind == "boolean"):
        shown = "" if value is None else json.dumps(value)
        return ArgumentField(name, "choice", shown, ("true", "false"), about)
    if isinstance(value, str) or (value is None and kind == "string"):
        text = value or ""
        long = len(text) > LONG_TEXT or "\n" in text
        return ArgumentField(name, "long" if long else "text", text, (), about)
    if isinstance(value, int | float) or (value is None and kind in ("number", "integer")):
        return ArgumentField(name, "number", "" if value is None else json.dumps(value), (), about)
    shown = "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
    return ArgumentField(name, "json", shown, (), about)
