"""Arguments and structured answers match any schema, and their size is bounded."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Literal, Optional
from uuid import UUID

import pytest
from pydantic import BaseModel, Field

from agentex_web.demo_model.filling import Filling


class Node(BaseModel):
    name: str
    after: Optional[Node] = None  # noqa: UP045  (a forward reference)
    below: list[Node] = []


class Stop(BaseModel):
    at: datetime
    day: date
    score: float = Field(gt=0.5, lt=3)
    places: int = Field(ge=10, le=100, multiple_of=7)


class Trip(BaseModel):
    title: str = Field(min_length=5, max_length=9)
    kind: Literal["short", "long"]
    stops: list[Stop]
    first: Stop | None
    numbers: list[int] = Field(min_length=3, max_length=4)
    key: UUID
    either: int | str
    code: str = Field(pattern=r"^[A-Z]{2}-\d+$", examples=["AB-12"])
    extra: dict[str, int]
    root: Node


@pytest.mark.parametrize(
    "message", ["", "A long trip to Rome for 3 days", "x" * 4000, "1 2 900 ünd “quoted”"]
)
@pytest.mark.parametrize("model", [Node, Stop, Trip])
def test_a_filled_schema_is_valid(model: type[BaseModel], message: str) -> None:
    model.model_validate_json(json.dumps(Filling(model.model_json_schema(), message).value))


def test_words_of_the_message_are_used() -> None:
    filled = Filling(Trip.model_json_schema(), "A long trip to Rome for 30 days").value
    assert (filled["title"], filled["kind"]) == ("Rome.", "long")


SELF = {"$ref": "#"}
NESTED: dict[str, Any] = {"type": "string"}
for _ in range(300):
    NESTED = {"type": "object", "properties": {"x": NESTED}, "required": ["x"]}


@pytest.mark.parametrize(
    "schema",
    [
        SELF,
        NESTED,
        {"type": "object", "properties": dict.fromkeys("abcdefgh", SELF), "required": [*"abcdefgh"]},
        {"type": "array", "minItems": 10**9, "items": {"type": "array", "minItems": 10**9, "items": SELF}},
        {"type": "string", "minLength": 10**12},
        {"anyOf": []},
        {"enum": []},
        {"type": "object", "required": ["unknown"]},
    ],
)
def test_a_schema_without_end_is_filled_within_bounds(schema: dict[str, Any]) -> None:
    assert len(json.dumps(Filling(schema, "Hi there 1 2 3 " * 200).value)) < 100_000
