"""The Chat Completions API: translates its requests to the Responses API, and the events back.

Events of hosted tools are omitted. Reasoning is sent as `reasoning_content`, as by DeepSeek and vLLM.
"""

import time
from collections.abc import Iterator

from .answers import Answer, ApiError, Json, Step
from .item_events import new_id
from .prompt import Prompt, as_list, as_object, objects, read_responses
from .responses_api import ResponsesRendering

# Maps events of the Responses API to fields of a chunk's delta.
_FIELDS = {"response.output_text.delta": "content", "response.refusal.delta": "refusal"}
_FIELDS["response.reasoning_summary_text.delta"] = "reasoning_content"
_FIELDS["response.reasoning_text.delta"] = "reasoning_content"


def read_chat(body: Json) -> Prompt:
    """Reads the prompt of a Chat Completions request; raises like `read_responses`."""
    items: list[Json] = []
    for message in objects(body.get("messages") or None, "messages"):
        content, calls = message.get("content"), as_list(message.get("tool_calls"))
        if message.get("role") == "tool":
            output = {"call_id": message.get("tool_call_id"), "output": content}
            items.append({"type": "function_call_output", **output})
        elif content or not calls:
            items.append(message)
        for call in calls:
            called = {"type": "function_call", "call_id": call.get("id")}
            items.append({**as_object(call.get("function")), **called})
    choice = body.get("tool_choice", "auto")
    tools = [as_object(tool.get("function")) for tool in as_list(body.get("tools"))]
    translated = {
        "input": items,
        "tools": [{"type": "function", **tool} for tool in tools],
        "tool_choice": as_object(choice).get("function", choice),
        "text": {"format": as_object(as_object(body.get("response_format")).get("json_schema"))},
        "max_output_tokens": body.get("max_completion_tokens") or body.get("max_tokens"),
    }
    return read_responses({**body, **translated})


class ChatRendering(ResponsesRendering):
    """The chunks and the final object of one answer."""

    closing = b"data: [DONE]\n\n"

    def __init__(self, prompt: Prompt, answer: Answer) -> None:
        super().__init__(prompt, answer)
        self._with_usage = bool(as_object(prompt.body.get("stream_options")).get("include_usage"))
        self._message: Json = {"role": "assistant", "content": None, "refusal": None, "annotations": []}
        self._head = {"id": new_id("chatcmpl"), "created": int(time.time()), "model": self._base["model"]}

    def steps(self) -> Iterator[Step]:
        """Yields the stream's chunks in order."""
        yield Step(self._chunk({"role": "assistant", "content": "", "refusal": None}))
        for step in super().steps():
            if delta := self._delta(step.event):
                yield Step(self._chunk(delta), step.tokens)
        status, final = self.final()
        if status != 200:
            yield Step(final, last=True)
            return
        yield Step(self._chunk({}, final["choices"][0]["finish_reason"]), last=not self._with_usage)
        if self._with_usage:
            yield Step({**self._chunk({}), "choices": [], "usage": final["usage"]}, last=True)

    def final(self) -> tuple[int, Json]:
        """Returns the completion object, or HTTP 500 with the error."""
        response = self._last.get("response", {})
        if error := response.get("error") or (not response and self._last):
            return 500, ApiError(error["message"], 500, code=error["code"]).body
        finish = "tool_calls" if "tool_calls" in self._message else "stop"
        if details := response["incomplete_details"]:
            finish = details["reason"].replace("max_output_tokens", "length")
        counts = response["usage"].items()
        usage = {name.replace("input", "prompt").replace("output", "completion"): n for name, n in counts}
        choice = {"index": 0, "message": self._message, "logprobs": None, "finish_reason": finish}
        return 200, {**self._head, "object": "chat.completion", "choices": [choice], "usage": usage}

    def _delta(self, event: Json) -> Json:
        """The delta for an event of the Responses API; empty if the event has none."""
        kind, item = event["type"], event.get("item", {})
        calls: list[Json] = self._message.get("tool_calls", [])
        field, piece = _FIELDS.get(kind), event.get("delta", "")
        if kind == "response.reasoning_summary_part.added" and event["summary_index"]:
            field, piece = "reasoning_content", "\n\n"
        if field:
            self._message[field] = (self._message.get(field) or "") + piece
            return {field: piece}
        if kind == "response.output_item.added" and item["type"] == "function_call":
            function = {"name": item["name"], "arguments": ""}
            call = {"id": item["call_id"], "type": "function", "function": function}
            self._message["tool_calls"] = [*calls, call]
            return {"tool_calls": [{"index": len(calls), **call, "function": dict(function)}]}
        if kind == "response.function_call_arguments.delta":
            calls[-1]["function"]["arguments"] += piece
            return {"tool_calls": [{"index": len(calls) - 1, "function": {"arguments": piece}}]}
        return {}

    def _chunk(self, delta: Json, finish_reason: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        chunk = {**self._head, "object": "chat.completion.chunk", "choices": [choice]}
        return {**chunk, "usage": None} if self._with_usage else chunk
