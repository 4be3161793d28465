"""Input that the demo model refuses, with the real API's error messages."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"input": "hi"}, "model"),
        ({"model": "demo"}, "input"),
        ({"model": "demo", "input": [{"role": "king", "content": "hi"}]}, "king"),
        (
            {
                "model": "demo",
                "input": [{"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}],
            },
            "No tool output found for function call c1",
        ),
        (
            {"model": "demo", "input": [{"type": "function_call_output", "call_id": "c2", "output": ""}]},
            "No tool call found for function call output with call_id c2",
        ),
        ({"model": "demo", "input": "hi", "max_output_tokens": "many"}, "max_output_tokens"),
    ],
)
def test_wrong_input_is_refused(client: OpenAI, body: dict[str, Any], says: str) -> None:
    with pytest.raises(openai.BadRequestError, match=says):
        client.post("/responses", body=body, cast_to=object)


def test_unknown_paths_and_models_are_not_found(client: OpenAI) -> None:
    assert [listed.id for listed in client.models.list()] == ["demo", "demo-reasoning"]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nobody")
    with pytest.raises(openai.NotFoundError, match="Invalid URL"):
        client.post("/nowhere", body={}, cast_to=object)


def test_a_malformed_script_is_refused(client: OpenAI) -> None:
    script = client.with_options(base_url=str(client.base_url).replace("/v1", ""))
    for body in ({}, {"output": [{"type": "song"}]}, {"output": [], "pace": 3}, {"fault": {"kind": "flood"}}):
        with pytest.raises(openai.BadRequestError):
            script.post("/script", body=body, cast_to=object)
