"""A model server for tests: the demo model with scripted answers, faults, pauses and a log of requests.

    with ModelServer() as model:
        model.script(reasoning("Let me see."), text("Hello!"), match="hi there")
        client = AsyncOpenAI(base_url=model.url, api_key="none", max_retries=0)

It runs as a subprocess (`python -m tests.support.model_server`). Requests that match no script are answered by the
demo model. `scripts` describes the format of scripts.
"""

from tests.support.model_server.builders import (
    Json,
    custom_tool_call,
    drop,
    end,
    error_event,
    failed,
    function_call,
    hosted,
    http_error,
    incomplete,
    reasoning,
    refusal,
    step,
    text,
)
from tests.support.model_server.client import ModelServer

__all__ = [
    "Json",
    "ModelServer",
    "custom_tool_call",
    "drop",
    "end",
    "error_event",
    "failed",
    "function_call",
    "hosted",
    "http_error",
    "incomplete",
    "reasoning",
    "refusal",
    "step",
    "text",
]
