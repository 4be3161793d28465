"""An answer in the words of the Chat Completions API: chunks, and the completion they add up to.

This API has no hosted tools and no custom tools' deltas, so those output items are left out. Reasoning goes
into `reasoning_content`, the field that open-weight servers (DeepSeek, vLLM) use and the Agents SDK reads.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from . import tokens
from .answers import Answer, Json, Step
from .errors import error_body
from .items import pieces, truncated
from .prompt import Prompt
from .slot import new_id

_FINISH = {"max_output_tokens": "length", "content_filter": "content_filter"}


class ChatRendering:
    """Chunks and final object of one answer; see `answers.Rendering`."""

    closing = b"data: [DONE]\n\n"

    def __init__(self, prompt: Prompt, answer: Answer) -> None:
        self._prompt = prompt
        self._fault = answer.fault
        self._items = answer.output
        self._finish: str | None = None
        if self._fault and self._fault.kind == "incomplete":
            self._finish = _FINISH[self._fault.reason]
            if self._fault.after is not None:
                self._items = truncated(self._items, self._fault.after)
        options = prompt.body.get("stream_options") or {}
        self._with_usage = bool(prompt.body.get("stream")) and bool(options.get("include_usage"))
        self._message: Json = {"role": "assistant", "content": None, "refusal": None, "annotations": []}
        self._sent = self._reasoning_sent = 0
        self._failed: Json | None = None
        self._base: Json = {
            "id": new_id("chatcmpl").replace("_", "-"),
            "created": int(time.time()),
            "model": answer.model or prompt.model,
            "service_tier": "default",
            "system_fingerprint": "fp_demo",
        }

    def steps(self) -> Iterator[Step]:
        """The stream's chunks in order."""
        yield Step(self._chunk({"role": "assistant", "content": "", "refusal": None}))
        for item in self._items:
            for delta in self._deltas(item):
                if self._fails_here():
                    break
                self._sent += 1
                self._reasoning_sent += 1 if item["type"] == "reasoning" else 0
                yield Step(self._chunk(delta), tokens=1)
            else:
                continue
            break
        if self._fault and self._fault.kind in ("failed", "error"):
            self._failed = error_body(self._fault.message, 500, code=self._fault.code)
            yield Step(self._failed, last=True)
            return
        self._finish = self._finish or ("tool_calls" if "tool_calls" in self._message else "stop")
        yield Step(self._chunk({}, self._finish), last=not self._with_usage)
        if self._with_usage:
            yield Step({**self._chunk({}), "choices": [], "usage": self._usage()}, last=True)

    def final(self) -> tuple[int, Json]:
        """The completion object, or HTTP 500 with the error."""
        if self._failed:
            return 500, self._failed
        choice = {"index": 0, "message": self._message, "logprobs": None, "finish_reason": self._finish}
        return 200, {**self._base, "object": "chat.completion", "choices": [choice], "usage": self._usage()}

    def sse(self, event: Json) -> bytes:
        """Unnamed events, as the Chat Completions API frames them."""
        return b"data: " + json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"

    def _deltas(self, item: Json) -> Iterator[Json]:
        kind = item["type"]
        if kind == "text":
            yield from self._growing("content", pieces(item))
        elif kind == "refusal":
            yield from self._growing("refusal", pieces(item))
        elif kind == "reasoning":
            thoughts = [*item["summary"], item.get("raw", "")]
            text = "\n\n".join(thought for thought in thoughts if thought)
            yield from self._growing("reasoning_content", tokens.split(text))
        elif kind == "function_call":
            calls: list[Json] = self._message.setdefault("tool_calls", [])
            call_id = item.get("call_id") or new_id("call")
            function: Json = {"name": item["name"], "arguments": ""}
            calls.append({"id": call_id, "type": "function", "function": function})
            number = len(calls) - 1
            yield {"tool_calls": [{"index": number, **calls[number], "function": dict(function)}]}
            for piece in pieces(item):
                function["arguments"] += piece
                yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}

    def _growing(self, name: str, parts: list[str]) -> Iterator[Json]:
        for part in parts:
            self._message[name] = (self._message.get(name) or "") + part
            yield {name: part}

    def _fails_here(self) -> bool:
        fault = self._fault
        if fault is None or fault.kind not in ("failed", "error") or fault.after is None:
            return False
        return self._sent >= fault.after

    def _chunk(self, delta: Json, finish_reason: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        chunk = {**self._base, "object": "chat.completion.chunk", "choices": [choice]}
        return {**chunk, "usage": None} if self._with_usage else chunk

    def _usage(self) -> Json:
        prompt = self._prompt
        return {
            "prompt_tokens": prompt.input_tokens,
            "completion_tokens": self._sent,
            "total_tokens": prompt.input_tokens + self._sent,
            "prompt_tokens_details": {"cached_tokens": prompt.cached_tokens, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": self._reasoning_sent, "audio_tokens": 0},
        }
