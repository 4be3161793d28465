"""Checks an answer against the JSON Schema of its form, within limits.

The web process cannot trust the schema: a model or another server may have written it. So the check loads
nothing from URLs in the schema, gives up on circular or endlessly branching references, and stops a pattern
that takes too long on a text. That needs the ``regex`` package: Python's ``re`` cannot be interrupted and
blocks all threads.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import regex
from jsonschema import Draft202012Validator, FormatChecker, SchemaError
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

STEPS = 20_000
"""The maximum number of schema keywords evaluated for one answer."""
PATTERN_SECONDS = 0.25
"""The time limit for matching one pattern against one text."""
UNUSABLE = "This form has an error, so no answer to it can be accepted. Tell your administrator."
# Without "regex", whose check would compile the answer's text as a pattern.
_FORMATS = ("date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6")


FAULTS = (Unresolvable, SchemaError, regex.error, TypeError, ValueError, OverflowError)
"""The exceptions that a faulty schema raises, or a number that is too large for it."""


class _TooComplex(Exception):
    """The check took more than ``STEPS`` steps."""


def check(schema: Mapping[str, Any], values: dict[str, Any]) -> dict[str, str]:
    """Returns the errors of an answer by field name; empty if it is valid. Errors that concern no field have
    an empty name.
    """
    found: dict[str, str] = {}
    try:
        for error in _validator(schema).iter_errors(values):
            where = [str(error.absolute_path[0]) if error.absolute_path else ""]
            if where == [""] and error.validator == "required":
                # There is one such error per missing field, but it does not name the field.
                where = [each for each in error.validator_value if each not in values]
            for name in where:
                found.setdefault(name, error.message[:300])
    except (*FAULTS, _TooComplex, RecursionError, TimeoutError):
        return {"": UNUSABLE}
    return found


def _validator(schema: Mapping[str, Any]) -> Any:
    steps = iter(range(STEPS))

    def counted(keyword: Callable[..., Any]) -> Callable[..., Any]:
        def keyword_counted(validator: Any, value: Any, instance: Any, whole: Any) -> Any:
            if next(steps, None) is None:
                raise _TooComplex
            return keyword(validator, value, instance, whole)

        return keyword_counted

    keywords = {**Draft202012Validator.VALIDATORS, "pattern": _pattern, "patternProperties": _nothing}
    limited = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {name: counted(each) for name, each in keywords.items()}
    )
    formats = FormatChecker([each for each in _FORMATS if each in FormatChecker.checkers])
    # An empty registry resolves no remote references; jsonschema's default one would use the network.
    return limited(schema, format_checker=formats, registry=Registry())


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string"):
        # concurrent=True releases the GIL, so that other threads can run.
        found = regex.search(pattern, instance, timeout=PATTERN_SECONDS, concurrent=True)
        if not found:
            yield ValidationError(f"{json.dumps(instance)[:100]} does not match {pattern!r}")


def _nothing(*_: Any) -> tuple[()]:
    """Skips ``patternProperties``: an answer only has the named fields of its form."""
    return ()
