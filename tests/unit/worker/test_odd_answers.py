"""Odd parts of an answer do not fail it. How they are kept from later model calls: tests/unit/turns/test_odd_parts.py."""

from typing import Any

import pytest
from openai._models import construct_type
from openai.types.responses import Response

from agentex_web.tasks.models import Message
from agentex_web.worker.model.citations import citations_of
from agentex_web.worker.model.drafts import Draft, complete, text_of
from agentex_web.worker.model.thinking import separated

PART = {"type": "output_text", "text": "Hi", "annotations": []}
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "status": "completed"}
URL = {"type": "url_citation", "title": "A"}


def item(**fields: Any) -> Any:
    made: Any = construct_type(type_=Response, value={"id": "1", "object": "response", "output": [fields]})
    return separated(made).output[0]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""),
        ("Hi", "Hi"),
        (["x", None, {"type": "odd"}, PART], "Hi"),
        ([{**PART, "text": None}, {"type": "refusal", "refusal": "No."}], "No."),
    ],
    ids=["null", "text", "odd parts", "null text"],
)
def test_the_text_of_a_message(content: Any, text: str) -> None:
    made = item(**MESSAGE, content=content)
    assert text_of(made) == text
    draft = Draft(0, Message.Kind.TEXT)
    complete(draft, made)
    assert draft.refused == (text == "No.")


@pytest.mark.parametrize("field", ["summary", "content"])
def test_the_text_of_a_thought(field: str) -> None:
    good = {"type": f"{field.replace('content', 'reasoning')}_text", "text": "So."}
    odd = [None, "x", {"type": "odd"}, {**good, "text": 5}, good]
    assert text_of(item(id="r", type="reasoning", **{field: odd})) == "So."
    assert text_of(item(id="r", type="reasoning", **{field: None})) == ""


def test_the_queries_of_a_search() -> None:
    search = {"id": "f", "type": "file_search_call", "status": "completed"}
    assert text_of(item(**search, queries=[None, "tides"])) == "tides"
    assert text_of(item(**search, queries=None)) == ""


def test_citations() -> None:
    odd = [None, "x", {**URL, "url": 5}, {"type": "file_citation", "filename": {"a": 1}}]
    good = [{**URL, "url": None}, {**URL, "url": "https://a.example"}]
    found = citations_of(item(**MESSAGE, content=[None, {**PART, "annotations": [*odd, *good]}]))
    assert found == [{"title": "A"}, {"url": "https://a.example", "title": "A"}]
