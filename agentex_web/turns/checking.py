"""Checks an answer against the JSON Schema of its form, within limits.

A schema is foreign to the web process that checks it: a model or another server may have written it. So
nothing is loaded from an address that it names, references that lead round in a circle or branch without end
are given up, and a pattern that takes too long on somebody's text is ended. Python's own ``re`` cannot be
ended, and stops all threads.
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
"""Keywords of a schema that are tried on one answer."""
PATTERN_SECONDS = 0.25
"""For one pattern on one text."""
UNUSABLE = "The answer cannot be checked: the form itself has a fault."
# Not "regex", which compiles the text.
_FORMATS = ("date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6")


FAULTS = (Unresolvable, SchemaError, regex.error, TypeError, ValueError)
"""What a schema that is wrong raises."""


class _TooComplex(Exception):
    """The schema takes too many steps."""


def check(schema: Mapping[str, Any], values: dict[str, Any]) -> dict[str, str]:
    """What is wrong with an answer, by field; empty if nothing is. What concerns none has an empty name."""
    found: dict[str, str] = {}
    try:
        for error in _validator(schema).iter_errors(values):
            where = [str(error.absolute_path[0]) if error.absolute_path else ""]
            if where == [""] and error.validator == "required":
                # Of each that is missing there is an error, which does not name it.
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
    # A registry of its own finds nothing elsewhere; jsonschema's would ask the network.
    return limited(schema, format_checker=formats, registry=Registry())


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string"):
        # Other threads run meanwhile.
        found = regex.search(pattern, instance, timeout=PATTERN_SECONDS, concurrent=True)
        if not found:
            yield ValidationError(f"{json.dumps(instance)[:100]} does not match {pattern!r}")


def _nothing(*_: Any) -> tuple[()]:
    """An answer has no properties but the fields of its form, which have names."""
    return ()
