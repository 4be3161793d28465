"""Reads what a person entered into the fields of an agent's form."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from agentex_web.chat.questions.fields import PREFIX, Json


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
