"""The Responses API's events for each kind of output item.

Field by field as in the openai package's `openai/types/responses/*_event.py` (3.57).
"""

from collections.abc import Generator, Iterator
from typing import Any
from uuid import uuid4

from . import tokens
from .answers import Json, Step

# Kind of item -> its id's prefix, and its fields when it is added.
_KINDS: dict[str, tuple[str, Json]] = {
    "message": ("msg", {"content": []}),
    "reasoning": ("rs", {"summary": [], "content": None}),
    "function_call": ("fc", {"arguments": ""}),
    "custom_tool_call": ("ctc", {"input": ""}),
    "web_search_call": ("ws", {}),
    "file_search_call": ("fs", {"results": None}),
    "code_interpreter_call": ("ci", {"code": "", "outputs": None}),
    "image_generation_call": ("ig", {"result": None}),
    "mcp_list_tools": ("mcpl", {"tools": []}),
    "mcp_call": ("mcp", {"arguments": "", "output": None, "error": None}),
    "mcp_approval_request": ("mcpr", {}),
}
# Item's field that is streamed -> the name of its events, after the item's kind.
_STREAMED = {"arguments": "_arguments", "input": "_input", "code": "_code"}
# Tool that the provider runs -> its state while it works.
_WORKING = {
    "web_search_call": "searching",
    "file_search_call": "searching",
    "mcp_call": "",
    "mcp_list_tools": "",
}
_WORKING |= {"code_interpreter_call": "interpreting", "image_generation_call": "generating"}

# Yields events, and returns the text that they carried.
_Text = Generator[Step, None, str]


def new_id(prefix: str) -> str:
    """An identifier in the API's style, for example `msg_4f0c…`."""
    return f"{prefix}_{uuid4().hex}"


class ItemEvents:
    """The events of one response's items; they end after `limit` output tokens (None: no limit).

    Attributes:
        is_cut: True once there was more to send than `limit`.
    """

    def __init__(self, limit: int | None) -> None:
        self._left = limit
        self.is_cut = False

    def of(self, item: Json, index: int) -> Iterator[Step]:
        """The events of the item at `index` of the response's output."""
        kind = item["type"]
        prefix, begun = _KINDS[kind]
        whole = {"id": new_id(prefix), **_public(item)}
        if kind in ("function_call", "custom_tool_call"):
            whole.setdefault("call_id", new_id("call"))
        self._where = {"item_id": whole["id"], "output_index": index}
        yield self._item("added", whole | begun, "in_progress")
        for field in ("summary", "content"):
            if parts := item.get(field):
                whole[field] = []
                for number, part in enumerate(parts):
                    whole[field].append((yield from self._part(part, field, number)))
        if kind in _WORKING:
            yield self._event(f"{kind}.in_progress")
        for field in _STREAMED.keys() & (item.keys() if begun else ()):
            whole[field] = yield from self._stream(kind + _STREAMED[field], field, item)
        if kind in _WORKING:
            yield from self._work(item)
        yield self._item("done", whole, "incomplete" if self.is_cut else item.get("status", "completed"))

    def _part(self, part: Json, field: str, number: int) -> Generator[Step, None, Json]:
        name, words = ("content_part", "refusal") if "refusal" in part else ("content_part", "text")
        stream, at = part["type"], {"content_index": number}
        if field == "summary":
            name, stream, at = "reasoning_summary_part", "reasoning_summary_text", {"summary_index": number}
        whole = _public(part)
        empty = {**whole, words: ""} | ({"annotations": []} if "annotations" in part else {})
        yield self._event(f"{name}.added", **at, part=empty)
        whole[words] = yield from self._stream(stream, words, part, **at)
        yield self._event(f"{name}.done", **at, part=whole)
        return whole

    def _stream(self, name: str, field: str, holder: Json, **at: Any) -> _Text:
        """The deltas of `holder[field]`; an annotation follows the text that it is about."""
        fields = {**at, "logprobs": []} if name == "output_text" else at
        waiting = list(enumerate(holder.get("annotations", [])))
        sent = ""
        for piece in holder.get("_chunks") or tokens.split(holder[field]):
            if self._left == 0:
                self.is_cut = True
                break
            self._left = self._left and self._left - 1
            yield self._event(f"{name}.delta", tokens=1, delta=piece, **fields)
            sent += piece
            while waiting and waiting[0][1]["end_index"] <= len(sent):
                number, annotation = waiting.pop(0)
                yield self._event(
                    f"{name}.annotation.added", **at, annotation_index=number, annotation=annotation
                )
        yield self._event(f"{name}.done", **fields, **{field: sent})
        return sent

    def _work(self, item: Json) -> Iterator[Step]:
        kind = item["type"]
        if state := _WORKING[kind]:
            yield self._event(f"{kind}.{state}")
        if partial := item.get("_partial", item.get("result")):
            image = {"partial_image_index": 0, "partial_image_b64": partial, "output_format": "png"}
            yield self._event(f"{kind}.partial_image", **image)
        end = "failed" if item.get("error") else "completed"
        yield self._event(f"{kind}.{end}", pause=item.get("_seconds", 0.0))

    def _event(self, kind: str, /, *, tokens: int = 0, pause: float = 0.0, **fields: Any) -> Step:
        return Step({"type": f"response.{kind}", **self._where, **fields}, tokens, pause)

    def _item(self, state: str, item: Json, status: str) -> Step:
        event = {"type": f"response.output_item.{state}", "output_index": self._where["output_index"]}
        return Step({**event, "item": item if item["type"] == "reasoning" else {**item, "status": status}})


def _public(given: Json) -> Json:
    return {name: value for name, value in given.items() if not name.startswith("_")}
