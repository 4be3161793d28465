"""An answer in the words of the Responses API: numbered events, and the Response object they add up to."""

import time
from collections.abc import Iterator

from .answers import Answer, Json, Step
from .errors import ApiError
from .item_events import ItemEvents, new_id
from .prompt import Prompt

# Request fields that the response repeats, with the API's defaults.
_REPEATED: Json = {"instructions": None, "max_output_tokens": None, "metadata": {}, "temperature": 1.0}
_REPEATED |= {"parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "top_p": 1.0}


class ResponsesRendering:
    """Events and final object of one answer; `closing` are the bytes after the last event of a stream."""

    closing = b""

    def __init__(self, prompt: Prompt, answer: Answer) -> None:
        self._prompt = prompt
        self._answer = answer
        self._output: list[Json] = []
        self._sent = self._reasoning_sent = 0
        self._last: Json = {}
        self._base = {name: prompt.body.get(name, default) for name, default in _REPEATED.items()}
        self._base |= {"id": new_id("resp"), "object": "response", "created_at": int(time.time())}
        self._base |= {
            "model": answer.model or prompt.body["model"],
            "error": None,
            "incomplete_details": None,
        }

    def steps(self) -> Iterator[Step]:
        """The stream's events in order; exhaust them before you call `final`."""
        for number, step in enumerate(self._unnumbered()):
            step.event["sequence_number"] = number
            yield step

    def final(self) -> tuple[int, Json]:
        """HTTP status and body without streaming; the `error` event becomes an HTTP 500."""
        if self._last["type"] == "error":
            return 500, ApiError(self._last["message"], 500, code=self._last["code"]).body
        return 200, self._last["response"]

    def _unnumbered(self) -> Iterator[Step]:
        fault = self._answer.fault
        limits = [self._prompt.limit, fault.after if fault and fault.kind == "incomplete" else None]
        items = ItemEvents(min((limit for limit in limits if limit is not None), default=None))
        for kind in ("created", "in_progress"):
            yield Step({"type": f"response.{kind}", "response": self._response("in_progress")})
        for index, item in enumerate(self._answer.output):
            for step in items.of(item, index):
                if step.tokens and self._fails():
                    break
                yield self._counted(step, item)
            if items.is_cut or self._fails():
                break
        self._last = self._ending(items.is_cut)
        yield Step(self._last, last=True)

    def _fails(self) -> bool:
        fault = self._answer.fault
        fails = fault is not None and fault.kind in ("failed", "error") and fault.after is not None
        return fails and fault is not None and self._sent >= (fault.after or 0)

    def _counted(self, step: Step, item: Json) -> Step:
        self._sent += step.tokens
        self._reasoning_sent += step.tokens if item["type"] == "reasoning" else 0
        if step.event["type"] == "response.output_item.done":
            self._output.append(step.event["item"])
        return step

    def _ending(self, is_cut: bool) -> Json:
        fault = self._answer.fault
        if fault and fault.kind == "error":
            return {"type": "error", "code": fault.code, "message": fault.message, "param": None}
        status, fields = "completed", {"usage": self._usage(), "completed_at": int(time.time())}
        if fault and fault.kind == "failed":
            status, fields = "failed", {"error": {"code": fault.code, "message": fault.message}}
        elif is_cut or (fault and fault.kind == "incomplete"):
            reason = fault.reason if fault else "max_output_tokens"
            status, fields = "incomplete", {"usage": self._usage(), "incomplete_details": {"reason": reason}}
        return {"type": f"response.{status}", "response": self._response(status, **fields)}

    def _response(self, status: str, **fields: object) -> Json:
        return {**self._base, "status": status, "output": list(self._output), "usage": None, **fields}

    def _usage(self) -> Json:
        prompt = self._prompt
        return {
            "input_tokens": prompt.input_tokens,
            "input_tokens_details": {"cached_tokens": prompt.cached_tokens, "cache_write_tokens": 0},
            "output_tokens": self._sent,
            "output_tokens_details": {"reasoning_tokens": self._reasoning_sent},
            "total_tokens": prompt.input_tokens + self._sent,
        }
