"""Renders an answer for the Responses API: numbered events, and the Response object that they add up to."""

import time
from collections.abc import Generator, Iterator

from .answers import Answer, ApiError, Fault, Json, Step
from .item_events import ItemEvents, new_id
from .prompt import Prompt

# The request's fields that the response repeats, with the API's defaults.
_REPEATED: Json = {"instructions": None, "max_output_tokens": None, "metadata": {}, "temperature": 1.0}
_REPEATED |= {"parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "top_p": 1.0}


class ResponsesRendering:
    """The events and the final object of one answer; `closing` is sent after the last event of a stream."""

    closing = b""

    def __init__(self, prompt: Prompt, answer: Answer) -> None:
        self._prompt = prompt
        self._output = answer.output
        self._fault = answer.fault or Fault("none")
        self._sent: list[Json] = []
        self._tokens = self._reasoning_tokens = 0
        self._last: Json = {}
        self._base = {name: prompt.body.get(name, default) for name, default in _REPEATED.items()}
        self._base |= {"id": new_id("resp"), "object": "response", "created_at": int(time.time())}
        self._base |= {"error": None, "incomplete_details": None}
        self._base["model"] = answer.model or prompt.body["model"]

    def steps(self) -> Iterator[Step]:
        """Yields the stream's events in order; must be exhausted before `final` is called."""
        for number, step in enumerate(self._unnumbered()):
            step.event["sequence_number"] = number
            yield step

    def final(self) -> tuple[int, Json]:
        """The HTTP status and body without streaming; an `error` event becomes HTTP 500."""
        if self._last["type"] == "error":
            return 500, ApiError(self._last["message"], 500, code=self._last["code"]).body
        return 200, self._last["response"]

    def _unnumbered(self) -> Iterator[Step]:
        for kind in ("created", "in_progress"):
            yield Step({"type": f"response.{kind}", "response": self._response("in_progress")})
        is_cut = yield from self._item_steps()
        fault = self._fault
        status, fields = "completed", {"usage": self._usage(), "completed_at": int(time.time())}
        if fault.kind in ("failed", "error"):
            status, fields = "failed", {"error": {"code": fault.code, "message": fault.message}}
        elif is_cut or fault.kind == "incomplete":
            reason = {"reason": fault.reason}
            status, fields = "incomplete", {"usage": self._usage(), "incomplete_details": reason}
        self._last = {"type": f"response.{status}", "response": self._response(status, **fields)}
        if fault.kind == "error":
            self._last = {"type": "error", "code": fault.code, "message": fault.message, "param": None}
        yield Step(self._last, last=True)

    def _item_steps(self) -> Generator[Step, None, bool]:
        """Yields the events of the items; returns True if a limit cut them short."""
        incomplete_after = self._fault.after if self._fault.kind == "incomplete" else None
        limits = (self._prompt.body.get("max_output_tokens"), incomplete_after)
        items = ItemEvents(min((limit for limit in limits if limit is not None), default=None))
        fails = self._fault.kind in ("failed", "error")
        for index, item in enumerate(self._output):
            for step in items.of(item, index):
                if fails and step.tokens and self._tokens == self._fault.after:
                    return False
                self._tokens += step.tokens
                self._reasoning_tokens += step.tokens if item["type"] == "reasoning" else 0
                if step.event["type"] == "response.output_item.done":
                    self._sent.append(step.event["item"])
                yield step
            if items.is_cut:
                return True
        return False

    def _response(self, status: str, **fields: object) -> Json:
        return {**self._base, "status": status, "output": list(self._sent), "usage": None, **fields}

    def _usage(self) -> Json:
        # About four characters of English make a token (help.openai.com, "What are tokens").
        texts = [self._prompt.instructions, *(entry.text for entry in self._prompt.entries)]
        read = sum(len(text) // 4 + 4 for text in texts) + 50 * len(self._prompt.tools)
        usage: Json = {"input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0}}
        usage["output_tokens_details"] = {"reasoning_tokens": self._reasoning_tokens}
        counts = {"output_tokens": self._tokens, "total_tokens": read + self._tokens}
        return {"input_tokens": read, **counts, **usage}
