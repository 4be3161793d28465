"""An instance of a JSON schema from what a message offers: a tool's arguments, or structured output."""

from __future__ import annotations

from typing import Any

from .answers import Json
from .evidence import Evidence
from .words import content_words, overlap, tokens_of

PLACE = {"city", "cities", "location", "locations", "place", "places", "town", "country", "destination"}
PLACE |= {"origin", "region", "from", "where", "address", "airport", "port", "harbour", "harbor", "station"}
_CODE = {"id", "number", "code", "reference", "sku", "tracking", "key"}
_LONG_TEXT = {"query", "question", "text", "message", "prompt", "request", "description", "reason", "content"}
_LONG_TEXT |= {"input", "body", "reasoning", "answer", "response", "details", "note", "issue", "instructions"}
_DEEPEST = 6


class Filler:
    """Fills schemas from one message; numbers and places are used up in order.

    Args:
        evidence: what the message offers.
        root: the whole schema, where `$ref` points into.
    """

    def __init__(self, evidence: Evidence, root: Json) -> None:
        self._evidence = evidence
        self._root = root
        self._numbers = list(evidence.numbers)
        self._places = list(evidence.places)

    def fill(self, schema: Json, name: str = "", depth: int = 0) -> Any:
        """A value that fits `schema`, for the property `name`."""
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._option(schema)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                choices = [choice for choice in schema[key] if choice.get("type") != "null"]
                return self.fill(choices[0], name, depth) if choices else None
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "null")
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind in ("number", "integer"):
            return self._number(schema, kind)
        if kind == "boolean":
            return self._truth(schema, name)
        return self._string(schema, name) if kind == "string" else None

    def _resolved(self, schema: Json) -> Json:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema["allOf"][0] | schema if schema.get("allOf") else schema
        target: Any = self._root
        for part in reference.lstrip("#/").split("/"):
            target = target.get(part, {})
        return self._resolved({**target, **{key: value for key, value in schema.items() if key != "$ref"}})

    def _object(self, schema: Json, depth: int) -> Json:
        properties: Json = schema.get("properties", {})
        required = schema.get("required", list(properties)) if depth < _DEEPEST else []
        return {name: self.fill(properties.get(name, {}), name, depth + 1) for name in required}

    def _array(self, schema: Json, name: str, depth: int) -> list[Any]:
        items: Json = schema.get("items") or {"type": "string"}
        if depth >= _DEEPEST:
            return []
        kind = self._resolved(items).get("type")
        wanted = len(self._numbers) if kind in ("number", "integer") else 1
        if kind == "string" and PLACE & set(tokens_of(name)):
            wanted = len(self._places)
        count = max(wanted, 1, int(schema.get("minItems", 1)))
        return [self.fill(items, name, depth + 1) for _ in range(min(count, schema.get("maxItems", count)))]

    def _option(self, schema: Json) -> Any:
        options = schema["enum"]
        said = set(tokens_of(self._evidence.text))
        named = [option for option in options if said & set(tokens_of(str(option)))]
        return (named or ([schema["default"]] if "default" in schema else options))[0]

    def _number(self, schema: Json, kind: str) -> float | int:
        low, high = schema.get("minimum"), schema.get("maximum")
        fallback = schema["default"] if schema.get("default") is not None else low or 1
        value: float = self._numbers.pop(0) if self._numbers else fallback
        value = max(value, low) if low is not None else value
        value = min(value, high) if high is not None else value
        return int(value) if kind == "integer" or float(value).is_integer() else float(value)

    def _truth(self, schema: Json, name: str) -> bool:
        asked = set(content_words(name)) - {"is", "has", "allowed"}
        if asked and overlap(self._evidence.text, (name, 1)) >= len(asked):
            return True
        return bool(schema.get("default", False))

    def _string(self, schema: Json, name: str) -> str:
        value = self._text_for(set(tokens_of(name)), schema)
        limit = schema.get("maxLength")
        return value[:limit] if limit else value

    def _text_for(self, name: set[str], schema: Json) -> str:
        """What fits a property whose name has these words."""
        found = self._evidence
        if {"email", "mail", "to", "recipient"} & name and found.emails:
            return found.emails[0]
        if {"url", "link", "website"} & name and found.urls:
            return found.urls[0]
        if name & {"date", "day", "when"} or schema.get("format") == "date":
            return found.dates[0] if found.dates else str(schema.get("default", "today"))
        if name & {"expression", "formula", "calculation"} and found.expression:
            return found.expression
        if name & PLACE:
            if not self._places:
                return str(schema.get("default") or "your city")
            return self._places.pop(0) if len(self._places) > 1 else self._places[0]
        if name & _CODE and found.codes:
            return found.codes[0].lstrip("#")
        if found.quotations:
            return found.quotations[0]
        if "default" in schema and schema["default"] is not None:
            return str(schema["default"])
        if name & _LONG_TEXT:
            return found.text.strip()
        if name & {"name", "person", "customer", "user", "to", "recipient"} and found.places:
            return found.places[0]
        return found.topic or found.text.strip() or "demo"
