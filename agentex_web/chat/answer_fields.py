"""The fields of an agent's form: how the page shows them, and reading what a person entered."""

import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Json = dict[str, Any]
SHORT = 6
"""Up to this many choices are all shown at once."""
INPUT_TYPES = {
    "number": "number", "integer": "number", "date": "date", "date_time": "datetime-local", "time": "time",
    "email": "email", "url": "url",
}  # fmt: skip
PREFIX = "field-"
"""Prefix of the inputs' names, so that no field clashes with the HTML form's own inputs."""


@dataclass(frozen=True)
class Option:
    """A choice. ``value`` is its index, because choices may have any type; for yes/no, ``true``/``false``."""

    value: str
    label: str
    checked: bool


@dataclass
class AnswerField:
    """One question.

    Args:
        owner: id of what asks; the control's id begins with it.
        spec: the field as turns/questions.py describes it.
        value: what the person entered before, else the default.
        error: what is wrong with the value.
        form: id of the HTML form that submits the field, if the field is not inside that form.
    """

    owner: uuid.UUID | str
    spec: Json
    value: Any = None
    error: str = ""
    form: str = ""
    options: list[Option] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.kind == "yes_no":
            self.options = [
                Option("true", _("Yes"), self.value is True),
                Option("false", _("No"), self.value is False),
            ]
        chosen = self.value if isinstance(self.value, list) else [self.value]
        self.options = self.options or [
            Option(str(number), each["label"], each["value"] in chosen)
            for number, each in enumerate(self.spec.get("choices", []))
        ]

    @property
    def kind(self) -> str:
        return str(self.spec["kind"])

    @property
    def label(self) -> str:
        return str(self.spec["label"])

    @property
    def help(self) -> str:
        return str(self.spec.get("help", ""))

    @property
    def required(self) -> bool:
        return bool(self.spec.get("required"))

    @property
    def may_be_empty(self) -> bool:
        """True if the person may leave it empty, and it has no default: the page then says “optional”."""
        return not self.required and self.spec.get("default") in (None, "", [])

    @property
    def multiple(self) -> bool:
        return bool(self.spec.get("multiple"))

    @property
    def is_short(self) -> bool:
        return len(self.options) <= SHORT

    @property
    def is_group(self) -> bool:
        """True if the question has several controls."""
        return self.kind == "several" or (
            (self.kind == "choice" and self.is_short) or (self.kind == "yes_no" and self.required)
        )

    @property
    def input(self) -> str:
        return f"{PREFIX}{self.spec['name']}"

    @property
    def id(self) -> str:
        return f"{self.owner}-{self.spec['name']}"

    @property
    def input_type(self) -> str:
        return INPUT_TYPES.get(self.kind, "text")

    @property
    def text(self) -> str:
        """The value as a text input or textarea shows it."""
        if isinstance(self.value, list):
            return "\n".join(map(str, self.value))
        if self.kind == "date_time" and isinstance(self.value, str):
            return self.value[:16]
        return "" if self.value is None else str(self.value)

    @property
    def files(self) -> list[Json]:
        """The files of an earlier answer, which stay unless others are chosen."""
        return _files(self.value) if self.kind == "file" else []

    @property
    def described_by(self) -> str:
        return " ".join(
            [*([f"{self.id}-help"] if self.help else []), *([f"{self.id}-error"] if self.error else [])]
        )

    @property
    def form_attribute(self) -> SafeString:
        return format_html(' form="{}"', self.form) if self.form else SafeString("")

    @property
    def attributes(self) -> SafeString:
        """HTML attributes: the limits that the browser checks, ARIA attributes, and the form's id."""
        names = {"minimum": "min", "maximum": "max", "minLength": "minlength", "maxLength": "maxlength"}
        found = {names[each]: self.spec[each] for each in names if each in self.spec}
        if self.kind == "number":
            found["step"] = "any"
        if self.kind == "text" and "pattern" in self.spec:
            found["pattern"] = self.spec["pattern"]
        if self.described_by:
            found["aria-describedby"] = self.described_by
        if self.error:
            found["aria-invalid"] = "true"
        given = format_html_join("", ' {}="{}"', found.items())
        required = SafeString(" required") if self.required and not self.files else ""
        return format_html("{}{}{}", given, required, self.form_attribute)


@dataclass(frozen=True)
class Answer:
    """The answer to one question, as the card shows it."""

    label: str
    value: str
    files: list[Json]


def answer_fields_of(
    owner: uuid.UUID | str,
    specs: Iterable[Json],
    values: Mapping[str, Any] | None,
    errors: Mapping[str, str],
    *,
    form: str = "",
) -> list[AnswerField]:
    """Makes the fields of a form from the specifications of its questions.

    Args:
        owner: id of what asks; the controls' ids begin with it.
        values: what the person entered; None shows the defaults.
        form: id of the HTML form that submits the fields, if they are not inside that form.
    """
    return [
        AnswerField(
            owner,
            spec,
            spec.get("default") if values is None else values.get(spec["name"]),
            errors.get(spec["name"], ""),
            form,
        )
        for spec in specs
    ]


def values_of(specs: Iterable[Json], post: QueryDict, files: Mapping[str, list[Json]]) -> Json:
    """The answer as JSON values. An empty field is left out, or null if the form declares it nullable.

    Args:
        files: the uploaded files, by field name.
    """
    found: Json = {}
    for spec in specs:
        value = _value(spec, post, files)
        if value is not None:
            found[spec["name"]] = value
        elif spec.get("nullable"):
            found[spec["name"]] = None
    return found


def _value(spec: Json, post: QueryDict, files: Mapping[str, list[Json]]) -> Any:
    name, kind = f"{PREFIX}{spec['name']}", spec["kind"]
    text = post.get(name, "").replace("\r\n", "\n")
    match kind:
        case "file":
            given = files.get(spec["name"], [])
            return (given if spec.get("multiple") else given[0]) if given else None
        case "several":
            return [_chosen(spec, each) for each in post.getlist(name)]
        case "choice":
            return _chosen(spec, text) if text else None
        case "yes_no":
            return text == "true" if text or not spec.get("required") else None
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "number" | "integer":
            return _number(text.strip(), whole=kind == "integer")
        case "date_time":
            return _moment(text)
    return text if text.strip() else None


def _chosen(spec: Json, number: str) -> Any:
    choices = spec["choices"]
    # The schema refuses a value that is none of the choices.
    is_one = number.isdecimal() and len(number) < 6 and int(number) < len(choices)
    return choices[int(number)]["value"] if is_one else number


def _number(text: str, *, whole: bool) -> Any:
    if not text:
        return None
    try:
        found = int(text) if whole else float(text)
    except ValueError:
        return text
    # JSON has no NaN or infinity ("nan", "1e999"). The text is returned, which the schema refuses.
    return found if isinstance(found, int) or math.isfinite(found) else text


def _moment(text: str) -> Any:
    """The date and time with the UTC offset of the person's time zone; other text unchanged."""
    try:
        found: datetime | None = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        return text or None
    return (timezone.make_aware(found) if timezone.is_naive(found) else found).isoformat()


def answers_of(specs: Iterable[Json], values: Mapping[str, Any]) -> list[Answer]:
    """The answers, in the order of the questions."""
    return [_answer(spec, values.get(spec["name"])) for spec in specs]


def _answer(spec: Json, value: Any) -> Answer:
    labels = {repr(each["value"]): each["label"] for each in spec.get("choices", [])}
    given = value if isinstance(value, list) else [] if value is None else [value]
    if spec["kind"] == "file":
        return Answer(spec["label"], "—", _files(value))
    words = [labels.get(repr(each)) or _word(each, spec["kind"]) for each in given]
    return Answer(spec["label"], ("\n" if spec["kind"] == "lines" else ", ").join(words) or "—", [])


def _files(value: Any) -> list[Json]:
    given = value if isinstance(value, list) else [value]
    return [each for each in given if isinstance(each, dict)]


def _word(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    try:
        if kind == "date" and (day := parse_date(str(value))) is not None:
            return date_format(day, "j M Y")
        if kind == "date_time" and (moment := parse_datetime(str(value))) is not None:
            return date_format(timezone.localtime(moment), "j M Y, H:i")
    except ValueError:
        # It looks like a date and is none, or has no UTC offset.
        pass
    return str(value)
