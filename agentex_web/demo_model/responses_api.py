"""An answer in the words of the Responses API: numbered events, and the Response object they add up to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from . import call_events, hosted_events, message_events
from .answers import Answer, Fault, Json, Step
from .errors import error_body
from .items import truncated
from .prompt import Prompt
from .slot import new_id

_EVENTS = {**message_events.EVENTS, **call_events.EVENTS, **hosted_events.EVENTS}

# Request fields that the response repeats, with the API's defaults.
_ECHOED: dict[str, object] = {
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "model": "",
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


class ResponsesRendering:
    """Events and final object of one answer; see `answers.Rendering`."""

    closing = b""

    def __init__(self, prompt: Prompt, answer: Answer) -> None:
        self._prompt = prompt
        self._fault = answer.fault
        self._items = answer.output
        self._incomplete: str | None = None
        if self._fault and self._fault.kind == "incomplete":
            self._incomplete = self._fault.reason
            if self._fault.after is not None:
                self._items = truncated(self._items, self._fault.after)
        self._output: list[Json] = []
        self._sent = self._reasoning_sent = 0
        self._sequence = -1
        self._last: Json = {}
        self._base: Json = {name: prompt.body.get(name, default) for name, default in _ECHOED.items()}
        self._base["model"] = answer.model or prompt.model
        self._base |= {"id": new_id("resp"), "object": "response", "created_at": int(time.time())}
        self._base |= {
            "background": False,
            "service_tier": "default",
            "error": None,
            "incomplete_details": None,
        }

    def steps(self) -> Iterator[Step]:
        """The stream's events in order."""
        for kind in ("response.created", "response.in_progress"):
            yield self._numbered(Step({"type": kind, "response": self._response("in_progress")}))
        for index, item in enumerate(self._items):
            for step in _EVENTS[item["type"]](item, index):
                if step.tokens and self._fails_here():
                    break
                self._sent += step.tokens
                self._reasoning_sent += step.tokens if item["type"] == "reasoning" else 0
                if step.event["type"] == "response.output_item.done":
                    self._output.append(step.event["item"])
                yield self._numbered(step)
            else:
                continue
            break
        self._last = self._ending()
        yield self._numbered(Step(self._last, last=True))

    def final(self) -> tuple[int, Json]:
        """The Response object; the `error` event becomes HTTP 500 as there is no stream to carry it."""
        if self._last["type"] == "error":
            return 500, error_body(self._last["message"], 500, code=self._last["code"])
        return 200, self._last["response"]

    def sse(self, event: Json) -> bytes:
        """Named events, as the Responses API frames them."""
        data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        return f"event: {event['type']}\ndata: {data}\n\n".encode()

    def _fails_here(self) -> bool:
        fault = self._fault
        if fault is None or fault.kind not in ("failed", "error") or fault.after is None:
            return False
        return self._sent >= fault.after

    def _ending(self) -> Json:
        fault = self._fault
        if fault and fault.kind == "error":
            return {
                "type": "error",
                "code": fault.code or "server_error",
                "message": fault.message,
                "param": None,
            }
        if fault and fault.kind == "failed":
            return {"type": "response.failed", "response": self._failed(fault)}
        status = "incomplete" if self._incomplete else "completed"
        return {"type": f"response.{status}", "response": self._response(status)}

    def _failed(self, fault: Fault) -> Json:
        error = {"code": fault.code or "server_error", "message": fault.message}
        return {**self._response("failed"), "error": error}

    def _response(self, status: str) -> Json:
        whole = {**self._base, "status": status, "output": list(self._output), "usage": None}
        if status == "completed":
            whole["completed_at"] = int(time.time())
        if status == "incomplete":
            whole["incomplete_details"] = {"reason": self._incomplete}
        if status in ("completed", "incomplete"):
            whole["usage"] = self._usage()
        return whole

    def _usage(self) -> Json:
        prompt = self._prompt
        return {
            "input_tokens": prompt.input_tokens,
            "input_tokens_details": {"cached_tokens": prompt.cached_tokens, "cache_write_tokens": 0},
            "output_tokens": self._sent,
            "output_tokens_details": {"reasoning_tokens": self._reasoning_sent},
            "total_tokens": prompt.input_tokens + self._sent,
        }

    def _numbered(self, step: Step) -> Step:
        self._sequence += 1
        step.event["sequence_number"] = self._sequence
        return step
