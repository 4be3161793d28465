"""A value that fits a JSON schema, with what a message offers: a tool's arguments, or a structured answer."""

import math
import re
from datetime import UTC, datetime
from typing import Any

from .answers import Json
from .reading import as_list, as_object

# A schema can refer to itself and ask for lists of any length.
_DEEPEST = 12
_MOST_VALUES = 2000

_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]*(?: [A-ZÀ-Þ][\w’'-]*)*")
_LOWER_NAME = re.compile(r"\b(?:in|for|at|near) (?!the\b|my\b|me\b|this\b|\w+ days)([a-zà-þ]{3,})")
# Words that begin with a capital at the start of a sentence and are no names.
_NO_NAMES = frozenset(
    "a an and are book calculate can check compare compute convert could create do find for get give hello help hi "
    "how i i'm if is it list look make my no please plan search send show tell thanks the then there this translate "
    "use was we what what's when where which who why will with write yes you your".split()
)
_CODE = re.compile(r"(?<![\w.°])((?=[A-Za-z-]{0,20}\d)[A-Za-z0-9-]{1,40})")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w-])")
_SUM = re.compile(r"[\d(][\d\s.+*/^()-]{0,80}[+*/^-][\d\s.+*/^()-]{0,80}[\d)]")
# Format, or part of a property's name -> the pattern to find in the message, and the value if there is none.
_FORMATS = {
    "date-time": (r"\d{4}-\d\d-\d\dT[\d:]{5,8}Z", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"),
    "date": (r"\d{4}-\d\d-\d\d", f"{datetime.now(UTC):%Y-%m-%d}"),
    "time": (r"\d\d:\d\d:\d\dZ", "12:00:00Z"),
    "duration": (r"\bP\d+D", "P1D"),
    "email": (r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}\b", "demo@example.com"),
    "uri": (r"https?://[^\s)>\"]+", "https://example.com"),
    "url": (r"https?://[^\s)>\"]+", "https://example.com"),
    "hostname": (r"\b[a-z]{1,64}\.(?:com|org)", "example.com"),
    "ipv4": (r"\b\d+\.\d+\.\d+\.\d+", "192.0.2.1"),
    "ipv6": (r"\b2001:[0-9a-f:]+", "2001:db8::1"),
    "uuid": (r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", "00000000-0000-4000-8000-000000000000"),
}
_TEXTS = re.compile(r"text|query|question|message|content|reason|prompt|body|answer|input")


class Filling:
    """`value` is the instance of `schema`; names and numbers of the message are used up in order."""

    def __init__(self, schema: Json, message: str) -> None:
        self._root = schema
        self._message = message
        self._left = _MOST_VALUES
        self._names = names(message)
        self._numbers = [float(number) for number in _NUMBER.findall(message)]
        self.value = self._fill(schema, "", 0)

    def _fill(self, schema: Json, name: str, depth: int) -> Any:
        self._left -= 1
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if options := schema.get("enum"):
            said = self._message.lower()
            named = [one for one in options if isinstance(one, str) and one.lower().replace("_", " ") in said]
            return (named or [schema.get("default", options[0])])[0]
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if "null" in kinds and not self._offers(kinds):
            return None
        kind = next((one for one in kinds if one != "null"), "null")
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind in ("number", "integer"):
            return self._number(schema, kind == "integer")
        if kind == "boolean":
            return bool(schema.get("default", False))
        return self._string(schema, name.lower())

    def _resolved(self, schema: Json) -> Json:
        """The schema with its `$ref`, `allOf` and choices replaced by what they stand for."""
        for _ in range(_DEEPEST):
            parts = as_list(schema.get("allOf"))
            if isinstance(reference := schema.get("$ref"), str):
                target: Any = self._root
                for key in reference.split("/")[1:]:
                    target = as_object(target).get(key)
                parts = [as_object(target)]
            if choices := as_list(schema.get("anyOf") or schema.get("oneOf")):
                chosen = self._resolved(next((one for one in choices if one.get("type") != "null"), {}))
                kind = chosen.get("type", "object")
                parts = [{**chosen, "type": [kind, "null"]} if {"type": "null"} in choices else chosen]
            if not parts:
                break
            taken = ("$ref", "allOf", "anyOf", "oneOf")
            schema = {key: value for key, value in schema.items() if key not in taken}
            for part in parts:
                both = {**as_object(part.get("properties")), **as_object(schema.get("properties"))}
                schema = {**part, **schema, "properties": both} if both else {**part, **schema}
        return schema

    def _offers(self, kinds: list[str]) -> bool:
        """True if the message has something for a value that may be null."""
        return bool(
            self._numbers if {"number", "integer"} & set(kinds) else "string" in kinds and self._names
        )

    def _object(self, schema: Json, depth: int) -> Json:
        if depth > _DEEPEST or self._left < 0:
            return {}
        properties = as_object(schema.get("properties"))
        required = schema.get("required", [])
        return {name: self._fill(as_object(properties.get(name)), name, depth + 1) for name in required}

    def _array(self, schema: Json, name: str, depth: int) -> list[Any]:
        items = as_object(schema.get("items"))
        kind = self._resolved(items).get("type", "string")
        offered = len(
            self._numbers if kind in ("number", "integer") else self._names if kind == "string" else []
        )
        count = max(offered, int(depth < _DEEPEST / 2), schema.get("minItems", 0))
        count = min(count, schema.get("maxItems", count), max(self._left, 0) if depth < _DEEPEST else 0)
        return [self._fill(items, name, depth + 1) for _ in range(count)]

    def _number(self, schema: Json, whole: bool) -> float | int:
        step = schema.get("multipleOf") or int(whole)
        low = max(
            schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf) + (step or 0.01)
        )
        high = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf) - (step or 0.01))
        value = self._numbers.pop(0) if self._numbers else _usual(schema, 1)
        value = min(max(value, low), high)
        if step:
            value = math.ceil(value / step) * step
            value = value - step if value > high else value
        return int(value) if whole or float(value).is_integer() else value

    def _string(self, schema: Json, name: str) -> str:
        words = self._words(schema, name)
        if pattern := schema.get("pattern"):
            tries = (
                words,
                *_CODE.findall(self._message),
                *self._names,
                *map(str, schema.get("examples", [])),
            )
            words = next((one for one in tries if re.search(pattern, one[:60])), words)
        return words.ljust(min(schema.get("minLength", 0), 10_000), ".")[: schema.get("maxLength")]

    def _words(self, schema: Json, name: str) -> str:
        wanted = schema.get("format") or next((one for one in _FORMATS if one in name), "")
        if wanted in _FORMATS:
            pattern, usual = _FORMATS[wanted]
            return found.group() if (found := re.search(pattern, self._message)) else usual
        if "expression" in name and (found := _SUM.search(self._message)):
            return found.group()
        if re.search(r"id$|number|code|reference", name) and (codes := _CODE.findall(self._message)):
            return str(codes[0])
        if quoted := re.search(r'["“]([^"”]{1,200})["”]', self._message):
            return quoted.group(1)
        if self._names and not _TEXTS.search(name):
            return self._names.pop(0) if len(self._names) > 1 else self._names[0]
        return str(_usual(schema, self._message or "demo"))


def _usual(schema: Json, otherwise: Any) -> Any:
    """The schema's default, else its first example, else `otherwise`."""
    usual = (schema.get("default"), *schema.get("examples", []))
    return next((one for one in usual if one is not None), otherwise)


def names(message: str) -> list[str]:
    """The names in a message, as `Paris` and `New York`."""
    found: list[str] = []
    doubtful: list[str] = []
    for match in _NAME.finditer(message):
        words = match.group().split()
        while words and words[0].lower() in _NO_NAMES:
            words.pop(0)
        begins = (
            message[: match.start()].rstrip()[-1:] in ("", ".", "!", "?") and match.group().split() == words
        )
        alone = not re.match(r"\s*(,|and\b|or\b)", message[match.end() :][:10])
        if words:
            (doubtful if begins and alone else found).append(" ".join(words))
    lower = [name.title() for name in _LOWER_NAME.findall(message)]
    return list(dict.fromkeys(found or lower or doubtful))
