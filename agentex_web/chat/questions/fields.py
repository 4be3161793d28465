"""The fields of an agent's form, as the page shows them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agentex_web.chat.questions.shown import files_in

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
            return _local(self.value)
        return "" if self.value is None else str(self.value)

    @property
    def files(self) -> list[Json]:
        """The files of an earlier answer, which stay unless others are chosen."""
        return files_in(self.value) if self.kind == "file" else []

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


def _local(moment: str) -> str:
    """A date and time as the browser's input wants it, in the reader's time zone if it has a UTC offset."""
    try:
        found = parse_datetime(moment)
        if found is not None and timezone.is_aware(found):
            moment = timezone.localtime(found).isoformat()
    except (ValueError, OverflowError):
        # It looks like a date and is none, or is beyond the years that Python knows.
        pass
    return moment[:16]


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
