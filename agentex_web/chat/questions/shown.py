"""The answers to the questions of a form, as a card shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """The answer to one question, as the card shows it."""

    label: str
    value: str
    files: list[Json]


def answers_of(specs: Iterable[Json], values: Mapping[str, Any]) -> list[Answer]:
    """The answers, in the order of the questions."""
    return [_answer(spec, values.get(spec["name"])) for spec in specs]


def _answer(spec: Json, value: Any) -> Answer:
    labels = {repr(each["value"]): each["label"] for each in spec.get("choices", [])}
    given = value if isinstance(value, list) else [] if value is None else [value]
    if spec["kind"] == "file":
        return Answer(spec["label"], "—", files_in(value))
    words = [labels.get(repr(each)) or _word(each, spec["kind"]) for each in given]
    return Answer(spec["label"], ("\n" if spec["kind"] == "lines" else ", ").join(words) or "—", [])


def _word(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    try:
        if kind == "date" and (day := parse_date(str(value))) is not None:
            return date_format(day, "DATE_FORMAT")
        if kind == "date_time" and (moment := parse_datetime(str(value))) is not None:
            return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    except (ValueError, OverflowError):
        # It looks like a date and is none, has no UTC offset, or is beyond the years that Python knows.
        pass
    return str(value)


def files_in(value: Any) -> list[Json]:
    """The files in the value of a field for files."""
    given = value if isinstance(value, list) else [value]
    return [each for each in given if isinstance(each, dict)]
