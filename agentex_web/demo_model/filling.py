"""Fills a JSON schema with values from a message, for a tool's arguments or a structured answer."""

import re
from datetime import UTC, datetime
from math import ceil, inf
from typing import Any

from .answers import Json
from .prompt import as_list, as_object

# Limits, because a schema may refer to itself or ask for lists of any length.
_DEEPEST, _MOST_VALUES = 12, 2000
# Capitalised words at the start of a sentence do not count as names.
_NAME = re.compile(r"(?<=[^.!?] )(?!I\b)[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)*")
_PLACE = re.compile(r"\b(?:in|for|at|near) (?!the\b|my\b|me\b|this\b|\w+ days)([a-zà-þ]{3,})")
_CODE = re.compile(r"(?<![\w.°])((?=[A-Za-z-]{0,20}\d)[A-Za-z0-9-]{1,40})")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w-])")
_QUOTED = re.compile(r'["“]([^"”]{1,200})["”]')
_PROSE = re.compile(r"text|query|question|message|content|reason|prompt|body|answer|input|expression")
# Maps a format, or part of a property's name, to a pattern to search the message for, and to a default value.
_FORMATS = {
    "date-time": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"),
    "date": (r"\d{4}-\d\d-\d\d", f"{datetime.now(UTC):%Y-%m-%d}"),
    "time": (r"\d\d:\d\d:\d\dZ", "12:00:00Z"),
    "email": (r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,64}", "demo@example.com"),
    "uri": (r"https?://[^\s)>\"]+", "https://example.com"),
    "uuid": (r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", "00000000-0000-4000-8000-000000000000"),
}


def names(message: str) -> list[str]:
    """Names in a message, such as `Paris` or `New York`; if there are none, words after `in` and the like."""
    return [*dict.fromkeys(_NAME.findall(message))] or [name.title() for name in _PLACE.findall(message)]


class Filling:
    """`value` is an instance of `schema`. Names and numbers of the message are used in order."""

    def __init__(self, schema: Json, message: str) -> None:
        self._root = schema
        self._message = message
        self._left = _MOST_VALUES
        self._names = names(message)
        self._numbers = [float(number) for number in _NUMBER.findall(message)]
        # Maps a type to the values that the message offers for it.
        self._offers: dict[str, list[Any]] = {"string": self._names, "number": self._numbers}
        self._offers["integer"] = self._numbers
        self.value = self._fill(schema, "", 0)

    def _fill(self, schema: Json, name: str, depth: int) -> Any:
        self._left -= 1
        schema = self._resolved(schema)
        if options := [schema["const"]] if "const" in schema else schema.get("enum"):
            said = self._message.lower()
            named = [one for one in options if isinstance(one, str) and one.lower() in said]
            return (named or [schema.get("default", options[0])])[0]
        given = schema.get("type", "object" if "properties" in schema else "string")
        kinds = [given] if isinstance(given, str) else given
        kind = next((one for one in kinds if one != "null"), "null")
        if kind == "null" or ("null" in kinds and not self._offers.get(kind)):
            return None
        goes_on = depth < _DEEPEST and self._left > 0
        if kind == "object":
            properties = as_object(schema.get("properties"))
            wanted = schema.get("required", []) if goes_on else []
            return {each: self._fill(as_object(properties.get(each)), each, depth + 1) for each in wanted}
        if kind == "array":
            items = as_object(schema.get("items"))
            offered = self._offers.get(str(self._resolved(items).get("type", "string")), [])
            count = max(len(offered), int(depth < _DEEPEST / 2), schema.get("minItems", 0))
            count = min(count, schema.get("maxItems", count), self._left) if goes_on else 0
            return [self._fill(items, name, depth + 1) for _ in range(count)]
        if kind in ("number", "integer"):
            return self._number(schema, kind == "integer")
        return bool(schema.get("default")) if kind == "boolean" else self._string(schema, name.lower())

    def _resolved(self, schema: Json) -> Json:
        """Resolves the schema's `$ref`, `allOf`, `anyOf` and `oneOf`."""
        for _ in range(_DEEPEST):
            parts = as_list(schema.get("allOf"))
            if reference := schema.get("$ref"):
                target: Any = self._root
                for key in str(reference).split("/")[1:]:
                    target = as_object(target).get(key)
                parts = [as_object(target)]
            if choices := as_list(schema.get("anyOf") or schema.get("oneOf")):
                chosen = self._resolved(next((one for one in choices if one.get("type") != "null"), {}))
                nullable = {"type": [chosen.get("type", "object"), "null"]}
                parts = [{**chosen, **(nullable if {"type": "null"} in choices else {})}]
            if not parts:
                break
            own = {key: schema[key] for key in schema.keys() - {"$ref", "allOf", "anyOf", "oneOf"}}
            schema = {}
            for part in (*parts, own):
                both = as_object(schema.get("properties")) | as_object(part.get("properties"))
                schema = {**schema, **part, **({"properties": both} if both else {})}
        return schema

    def _number(self, schema: Json, whole: bool) -> float | int:
        step = schema.get("multipleOf") or int(whole)
        little = step or 0.01
        low = max(schema.get("minimum", -inf), schema.get("exclusiveMinimum", -inf) + little)
        high = min(schema.get("maximum", inf), schema.get("exclusiveMaximum", inf) - little)
        value = min(max(self._numbers.pop(0) if self._numbers else _usual(schema, 1), low), high)
        if step and (value := ceil(value / step) * step) > high:
            value -= step
        return int(value) if whole or float(value).is_integer() else value

    def _string(self, schema: Json, name: str) -> str:
        found = str(self._words(schema, name) if "pattern" not in schema else _usual(schema, "demo"))
        return found.ljust(min(schema.get("minLength", 0), 10_000), ".")[: schema.get("maxLength")]

    def _words(self, schema: Json, name: str) -> str:
        wanted = schema.get("format") or next((one for one in _FORMATS if one in name), "")
        if wanted in _FORMATS:
            pattern, usual = _FORMATS[wanted]
            return found.group() if (found := re.search(pattern, self._message)) else usual
        special = _CODE if re.search(r"id$|number|code", name) else _QUOTED
        if found := special.search(self._message):
            return found.group(1)
        if self._names and not _PROSE.search(name):
            return self._names.pop(0) if len(self._names) > 1 else self._names[0]
        return str(_usual(schema, self._message or "demo"))


def _usual(schema: Json, otherwise: Any) -> Any:
    """The schema's default, or its first example, or `otherwise`."""
    usual = (schema.get("default"), *schema.get("examples", []), otherwise)
    return next(one for one in usual if one is not None)
