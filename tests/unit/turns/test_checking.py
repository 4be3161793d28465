"""Answers are validated against a form's schema, whoever wrote it, without loading addresses or running forever."""

from typing import Any

import pytest

from agentex_web.turns.checking import UNUSABLE, check
from agentex_web.turns.questions import SCHEMA_LENGTH, BadForm, Question


def form(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def test_faults_are_named_by_field() -> None:
    schema = form(age={"type": "integer", "minimum": 18}, name={"type": "string", "pattern": "^[a-z]+$"})
    assert check(schema, {"age": 20, "name": "ada"}) == {}
    found = check(schema, {"age": 3, "name": "Ada"})
    assert found.keys() == {"age", "name"} and "minimum" in found["age"]
    assert check(schema, {"age": 20}).keys() == {"name"}
    assert check(schema, {}).keys() == {"age", "name"}


def test_a_number_that_is_too_large_for_the_check_is_no_error_of_ours() -> None:
    assert check(form(n={"type": "integer", "multipleOf": 0.5}), {"n": 10**400}) == {"": UNUSABLE}


def test_a_pattern_that_takes_too_long_is_given_up() -> None:
    # Finishing this match would take longer than the age of the universe.
    schema = form(words={"type": "string", "pattern": "^(a|aa)+$"})
    assert check(schema, {"words": "a" * 200 + "!"}) == {"": UNUSABLE}


@pytest.mark.parametrize(
    "field",
    [
        {"$ref": "#"},
        {"$ref": "#/properties/a"},
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"$ref": "file:///etc/passwd"},
        {"$ref": "#/$defs/missing"},
        {"$dynamicRef": "#nowhere"},
        {"type": "string", "pattern": "("},
        {"type": "string", "minLength": "three"},
        {"allOf": [{"$ref": "#/$defs/0"}]},
    ],
)
def test_a_schema_that_cannot_be_used_says_so(field: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        pytest.fail("A schema was loaded from an address.")

    monkeypatch.setattr("urllib.request.urlopen", no_network)
    # Each definition refers to the next one twice: 2^40 steps.
    doubled = {str(n): {"anyOf": 2 * [{"$ref": f"#/$defs/{n + 1}"}]} for n in range(40)}
    schema = {**form(a=field), "$defs": {**doubled, "40": {"type": "integer"}}}
    found = check(schema, {"a": "x"})
    assert found in ({"": UNUSABLE}, {"a": found.get("a", "")})
    assert found or field == {"$ref": "#"}


def test_a_text_is_not_compiled_as_a_pattern() -> None:
    assert check(form(a={"type": "string", "format": "regex"}), {"a": "(" * 50_000}) == {}


def test_a_form_has_limits() -> None:
    with pytest.raises(BadForm, match="too large"):
        Question.of(form(a={"type": "string", "description": "x" * (SCHEMA_LENGTH + 1)}))
    with pytest.raises(BadForm, match="1 to 50"):
        Question.of(form(**{f"f{number}": {"type": "string"} for number in range(51)}))
    with pytest.raises(BadForm, match="that a form cannot show"):
        Question.of(form(a={"$ref": "#/$defs/a"}) | {"$defs": {"a": {"$ref": "#/$defs/a"}}})
    [field] = Question.of(form(a={"type": "string", "description": "x" * 50_000})).fields
    assert len(field["help"]) == 4_000
