"""Forms: converts a pydantic model, a JSON Schema or a sentence to fields that a page can show.

This module imports neither the SDKs nor Django, because both sides use it: the workflow makes the fields, and
the web process reads them and checks the answers (checking.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter
from pydantic_core import ValidationError

from agentex_web.turns.author_errors import AuthorError

FieldKind = Literal[
    "text", "long_text", "lines", "number", "integer", "choice", "several", "date", "date_time", "time",
    "email", "url", "yes_no", "file",
]  # fmt: skip
Json = dict[str, Any]
ANSWER = "answer"
"""The name of the only field of a question that is a sentence."""
MOST_FIELDS, MOST_CHOICES, LABEL_LENGTH, HELP_LENGTH = 50, 200, 300, 4_000
SCHEMA_LENGTH = 200_000
"""The maximum length of a form's JSON Schema, in characters."""
LONG_FROM = 200
"""A text field whose maxLength is at least this many characters is shown with several lines."""
FORMATS: dict[str, FieldKind] = {
    "date": "date", "date-time": "date_time", "time": "time", "email": "email", "uri": "url",
    "file": "file", "textarea": "long_text",
}  # fmt: skip
COPIED_KEYWORDS = ("minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems")


class BadForm(AuthorError):
    """A form cannot be shown. The text names the field."""


@dataclass(frozen=True)
class Question:
    """A form.

    Attributes:
        schema: the JSON Schema that an answer must match.
        fields: what the page shows, in order: dictionaries with ``name``, ``label``, ``kind``, ``required``,
            ``help``, ``default``, ``choices`` and the limits of the schema.
        model: the class that an answer is converted to; None leaves it a dictionary.
    """

    title: str
    text: str
    schema: Json
    fields: list[Json]
    skippable: bool = False
    model: type[BaseModel] | None = None
    is_sentence: bool = False

    @classmethod
    def of(
        cls, form: Any, *, title: str = "", choices: Sequence[str] = (), skippable: bool = False
    ) -> "Question":
        """Makes a question from what an author passes to ``ask``.

        Args:
            form: a pydantic model, a JSON Schema of an object, or a sentence.

        Raises:
            BadForm: ``form`` is none of these, or has a field that a form cannot ask for.
        """
        if isinstance(form, str):
            schema = _sentence(form, choices)
            return cls(title, "", schema, fields_of(schema), skippable, is_sentence=True)
        model = form if isinstance(form, type) and issubclass(form, BaseModel) else None
        schema = model.model_json_schema() if model is not None else form
        if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
            raise BadForm("A form is a pydantic model, a JSON Schema with properties, or a text.")
        if len(json.dumps(schema, default=str)) > SCHEMA_LENGTH:
            raise BadForm(f"The form's schema is too large; the limit is {SCHEMA_LENGTH:,} characters.")
        named = title or str(schema.get("title", ""))
        text = str(schema.get("description", ""))
        return cls(named, text, dict(schema), fields_of(schema), skippable, model)

    def payload(self, errors: Mapping[str, str] | None = None, given: Json | None = None) -> Json:
        """The form as it is stored in the record for the page.

        Args:
            errors: why the model's validators refused the last answer.
            given: that answer, so that the person does not have to enter it again.
        """
        return {
            "text": self.text,
            "fields": self.fields,
            "schema": self.schema,
            "skippable": self.skippable,
            "errors": dict(errors or {}),
            **({"given": given} if given else {}),
        }

    def read(self, values: Json) -> Any:
        """Converts an answer to what the author gets: an instance of the model, a dictionary or a text.

        Raises:
            ValidationError: the model's own validators refuse the answer.
        """
        if self.is_sentence:
            return values.get(ANSWER, "")
        return values if self.model is None else self.model.model_validate(values)


def errors_of(error: ValidationError) -> dict[str, str]:
    """The errors of a model's validators by field name; the name is empty for errors of no single field."""
    found: dict[str, str] = {}
    for each in error.errors():
        where = str(each["loc"][0]) if each["loc"] else ""
        found.setdefault(where, str(each["msg"]).removeprefix("Value error, "))
    return found


def fields_of(schema: Mapping[str, Any]) -> list[Json]:
    """Converts the properties of a schema to fields.

    Raises:
        BadForm: a field is of a kind that a form has no control for, or there are too many.
    """
    properties = schema["properties"]
    if not properties or len(properties) > MOST_FIELDS:
        raise BadForm(f"A form has 1 to {MOST_FIELDS} fields; this one has {len(properties)}.")
    required = set(schema.get("required", ()))
    return [_field(str(name), each, schema, name in required) for name, each in properties.items()]


def _field(name: str, given: Any, schema: Mapping[str, Any], required: bool) -> Json:
    spec, nullable = _resolved(name, given, schema)
    kind, choices = _kind(name, spec, schema)
    label = str(spec.get("title") or name.replace("_", " ").capitalize())
    field: Json = {
        "name": name,
        "label": label[:LABEL_LENGTH],
        "kind": kind,
        "required": required and not nullable,
        "nullable": nullable,
        "help": str(spec.get("description", ""))[:HELP_LENGTH],
        **{each: spec[each] for each in COPIED_KEYWORDS if each in spec},
    }
    if choices:
        field["choices"] = choices
    if spec.get("default") is not None:
        field["default"] = spec["default"]
    if kind == "file" and spec.get("type") == "array":
        field["multiple"] = True
    return field


def _resolved(name: str, given: Any, schema: Mapping[str, Any]) -> tuple[Json, bool]:
    """The field's own schema with references resolved, and whether the field may be null."""
    spec, nullable = dict(given), False
    for _ in range(5):
        if "$ref" in spec:
            target = schema.get("$defs", {}).get(str(spec["$ref"]).rpartition("/")[2])
            if target is None:
                raise BadForm(
                    f"The form's field “{name}” refers to {spec['$ref']}, which the schema does not define."
                )
            spec = {**target, **{key: value for key, value in spec.items() if key != "$ref"}}
            continue
        either = spec.get("anyOf") or spec.get("oneOf")
        if isinstance(either, list):
            others = [each for each in either if each.get("type") != "null"]
            nullable = nullable or len(others) < len(either)
            if len(others) == 1:
                rest = {key: value for key, value in spec.items() if key not in ("anyOf", "oneOf")}
                spec = {**others[0], **rest}
                continue
        if isinstance(spec.get("allOf"), list) and len(spec["allOf"]) == 1:
            spec = {**spec["allOf"][0], **{key: value for key, value in spec.items() if key != "allOf"}}
            continue
        break
    return spec, nullable


def _kind(name: str, spec: Json, schema: Mapping[str, Any]) -> tuple[FieldKind, list[Json]]:
    if choices := _choices(spec):
        return "choice", choices
    format_ = spec.get("format", "")
    if format_ == "file":
        return "file", []
    match spec.get("type"):
        case "boolean":
            return "yes_no", []
        case "integer":
            return "integer", []
        case "number":
            return "number", []
        case "string":
            is_long = spec.get("maxLength", 0) >= LONG_FROM
            return FORMATS.get(format_, "long_text" if is_long else "text"), []
        case "array":
            items, _ = _resolved(name, spec.get("items", {}), schema)
            if choices := _choices(items):
                return "several", choices
            if items.get("format") == "file":
                return "file", []
            if items.get("type") == "string":
                return "lines", []
    raise BadForm(
        f"The form's field “{name}” has a type that a form cannot show. Use a text, a number, a date, "
        "yes or no, a choice (Literal or Enum), a list of choices, or adk.File."
    )


def _choices(spec: Json) -> list[Json]:
    given = [spec["const"]] if "const" in spec else spec.get("enum", [])
    names = spec.get("enumNames") or spec.get("x-labels") or []
    if len(given) > MOST_CHOICES:
        raise BadForm(f"A choice has at most {MOST_CHOICES} values.")
    return [
        {"value": value, "label": str(names[number] if number < len(names) else value)}
        for number, value in enumerate(given)
        if value is not None
    ]


def _sentence(question: str, choices: Sequence[str]) -> Json:
    asked: Json = {"type": "string", "title": question, "minLength": 1}
    if choices:
        asked["enum"] = list(choices)
    return {"type": "object", "properties": {ANSWER: asked}, "required": [ANSWER]}


def as_json(value: Any) -> Any:
    """Converts an author's value to JSON values."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")
