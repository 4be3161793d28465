"""The Responses API: the events of OpenAI's hosted tools and of MCP."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI

from tests.demo_model.asking import events_of, kinds
from tests.support.model_server import ModelServer, hosted


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            hosted("web_search_call", query="tides", sources=["https://example.com"]),
            ["web_search_call.in_progress", "web_search_call.searching", "web_search_call.completed"],
        ),
        (
            hosted("file_search_call", queries=["tides"], results=[{"file_id": "f", "text": "high"}]),
            ["file_search_call.in_progress", "file_search_call.searching", "file_search_call.completed"],
        ),
        (
            hosted("code_interpreter_call", code="print(6 * 7)", logs="42"),
            [
                "code_interpreter_call.in_progress",
                "code_interpreter_call_code.delta",
                "code_interpreter_call_code.done",
                "code_interpreter_call.interpreting",
                "code_interpreter_call.completed",
            ],
        ),
        (
            hosted("image_generation_call"),
            [
                "image_generation_call.in_progress",
                "image_generation_call.generating",
                "image_generation_call.partial_image",
                "image_generation_call.completed",
            ],
        ),
        (
            hosted("mcp_list_tools", server_label="docs", tools=[{"name": "read"}]),
            ["mcp_list_tools.in_progress", "mcp_list_tools.completed"],
        ),
        (
            hosted("mcp_call", server_label="docs", name="read", arguments={"page": 1}, output="text"),
            [
                "mcp_call.in_progress",
                "mcp_call_arguments.delta",
                "mcp_call_arguments.done",
                "mcp_call.completed",
            ],
        ),
        (
            hosted("mcp_call", server_label="docs", name="read", error="no such page"),
            [
                "mcp_call.in_progress",
                "mcp_call_arguments.delta",
                "mcp_call_arguments.done",
                "mcp_call.failed",
            ],
        ),
        (hosted("mcp_approval_request", server_label="docs", name="read"), []),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_hosted_tools_stream(
    model: ModelServer, client: OpenAI, item: dict[str, Any], expected: list[str]
) -> None:
    model.script(item)
    events = events_of(client)
    assert kinds(events)[2:-1] == ["output_item.added", *expected, "output_item.done"]
    assert events[-1].response.output[0].type == item["type"]
