"""What a model has answered in a wrong form does not keep the chat from its next answer."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from agents.items import TResponseInputItem
from pydantic import ConfigDict, TypeAdapter

from agentex_web.turns.readable_input import readable

URL = {"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 0, "end_index": 1}
BY_CODE = {"type": "message", "role": "assistant"}
THOUGHT = {"type": "summary_text", "text": "So."}
ITEMS: TypeAdapter[Any] = TypeAdapter(list[TResponseInputItem], config=ConfigDict(defer_build=True))
"""Building it takes 50 ms, so it is built once, by the first test that uses it."""


def message(**part: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": "Hi", "annotations": [], **part}]
    return {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": content}


def read(item: dict[str, Any]) -> Any:
    """The item as a server reads it that checks the types of the API."""
    [given] = readable({"input": [item]})["input"]
    [checked] = ITEMS.validate_python([given])
    return _read(checked)


def _read(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _read(each) for name, each in value.items()}
    return (
        [_read(each) for each in value]
        if isinstance(value, Iterable) and not isinstance(value, str)
        else value
    )


@pytest.mark.parametrize(
    "odd", [{**URL, "title": None}, {"type": "odd"}, "x", None], ids=["null", "kind", "text", "none"]
)
def test_odd_citations_are_left_out_and_the_text_stays(odd: Any) -> None:
    assert read(message(annotations=[odd, URL])) == message(annotations=[URL])
    assert read(message(annotations=odd)) == message()


def test_other_parts_of_a_message() -> None:
    assert read(message(logprobs=[{"token": 5}])) == message()
    assert read({**message(), "content": "Hi"}) == message()
    assert read({**message(), "content": [{"type": "odd"}, *message()["content"]]}) == message()
    for content in ("Hi", [{"type": "input_text", "text": "Hi"}]):
        for said in ({"role": "assistant", "content": content}, {**BY_CODE, "content": content}):
            assert read(said) == said


@pytest.mark.parametrize("status", [None, "odd", 5], ids=str)
def test_a_message_without_a_status_or_an_id_is_still_read(status: Any) -> None:
    assert read({**message(), "status": status}) == message()
    without = {name: each for name, each in message().items() if name != "id"}
    assert read(without) == read({**message(), "id": status and 5}) == {**BY_CODE, "content": "Hi"}


@pytest.mark.parametrize("name", ["summary", "content", "status"])
def test_a_thought_or_a_call_with_a_null_is_still_read(name: str) -> None:
    thought = {"type": "reasoning", "id": "r", "summary": []}
    assert read({**thought, name: None}) == read({"type": "reasoning", "id": "r"}) == thought
    call = {"type": "function_call", "call_id": "c", "name": "n", "arguments": "{}"}
    assert read({**call, name: None, "id": None}) == call


@pytest.mark.parametrize(
    ("item", "name", "good"),
    [
        ({"type": "reasoning", "id": "r", "content": [{"type": "reasoning_text", "text": None}]}, "summary", THOUGHT),
        ({"type": "file_search_call", "id": "f", "queries": [], "status": "completed"}, "results", {"text": "T"}),
        (
            {"type": "code_interpreter_call", "id": "c", "code": "", "container_id": "", "status": "completed"},
            "outputs",
            {"type": "logs", "logs": "1"},
        ),
        ({"type": "mcp_list_tools", "id": "m", "server_label": "s"}, "tools", {"name": "t", "input_schema": {}}),
    ],
    ids=["reasoning", "file search", "code", "mcp"],
)  # fmt: skip
def test_odd_parts_of_other_items(item: dict[str, Any], name: str, good: dict[str, Any]) -> None:
    assert read({**item, name: [good, {**good, "text": 5, "type": None, "name": None}]})[name] == [good]
    assert read({**item, name: "x"})[name] == []


def test_odd_sources_of_a_search() -> None:
    action = {"type": "search", "query": "q", "sources": [{"type": "odd"}, {"type": "url", "url": "u"}]}
    item = {"type": "web_search_call", "id": "w", "status": "completed", "action": action}
    assert read(item)["action"]["sources"] == action["sources"][1:]


SEARCHED = {
    "type": "web_search_call",
    "id": "w",
    "status": "completed",
    "action": {"type": "search", "query": "a"},
}
CALLED = {"type": "mcp_call", "id": "c", "server_label": "s", "name": "look", "arguments": "{}"}


@pytest.mark.parametrize(
    "item, missing",
    [
        (SEARCHED, "status"),
        (SEARCHED, "action"),
        (CALLED, "arguments"),
        (CALLED, "server_label"),
        ({"type": "reasoning", "id": "r", "summary": [THOUGHT]}, "id"),
        ({"type": "image_generation_call", "id": "i", "result": "aa", "status": "completed"}, "id"),
    ],
    ids=str,
)
def test_what_the_provider_did_is_left_out_if_it_cannot_be_read(item: dict[str, Any], missing: str) -> None:
    assert read(item) == item
    for odd in ({**item, missing: None}, {name: each for name, each in item.items() if name != missing}):
        assert readable({"input": [message(), odd]})["input"] == [message()]


def test_what_is_odd_beside_a_text_or_a_result_does_not_lose_it() -> None:
    refusal = {**BY_CODE, "content": [{"type": "refusal", "refusal": "No", "text": 5}]}
    assert read(refusal) == {**BY_CODE, "content": "No"}
    assert read({**message(), "phase": "odd"}) == message()
    assert read({name: each for name, each in message().items() if name != "content"})["content"] == []
    call = {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"}
    assert read({**call, "id": 5, "status": "odd"}) == {**call, "status": "completed"}
    custom = {"type": "custom_tool_call", "call_id": "c", "name": "look", "input": "a"}
    assert read({**custom, "id": None, "namespace": None}) == custom
    assert read({**CALLED, "output": "R", "status": None}) == {**CALLED, "output": "R"}
    assert read({**CALLED, "output": "R", "status": "odd"}) == {
        **CALLED,
        "output": "R",
        "status": "completed",
    }
    action = {**SEARCHED["action"], "sources": None, "queries": ["a"]}  # type: ignore[dict-item]
    assert read({**SEARCHED, "action": action})["action"]["queries"] == ["a"]
    found = {"type": "file_search_call", "id": "f", "status": "completed", "queries": ["a"]}
    assert read({**found, "results": [{"text": "T", "score": None}]})["results"] == [{"text": "T"}]
