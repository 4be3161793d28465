"""The Responses API's events for each kind of output item (openai 3.57, `types/responses/*_event.py`)."""

import re
from collections.abc import Generator, Iterator
from typing import Any
from uuid import uuid4

from .answers import Json, Step

# Maps a type of item to its id's prefix, and to its initial fields.
KINDS: dict[str, tuple[str, Json]] = {
    "message": ("msg", {"content": []}),
    "reasoning": ("rs", {"summary": [], "content": None}),
    "function_call": ("fc", {"arguments": ""}),
    "web_search_call": ("ws", {}),
    "code_interpreter_call": ("ci", {"code": "", "outputs": None}),
    "image_generation_call": ("ig", {"result": None}),
}
# Maps a hosted tool to its state while it works.
WORKING = {"web_search_call": "searching", "code_interpreter_call": "interpreting"}
WORKING |= {"image_generation_call": "generating"}

# Splits text into pieces like a model's tokens: up to six letters with the space before them, a run of
# punctuation, or remaining white space. Every character matches, so the pieces add up to the text.
_TOKEN = re.compile(r"\s?\w{1,6}|\s?[^\w\s]{1,3}|\s+")


def new_id(prefix: str) -> str:
    """An identifier in the API's style, for example `msg_4f0c…`."""
    return f"{prefix}_{uuid4().hex}"


class ItemEvents:
    """The events of one response's items, up to `limit` output tokens; `is_cut` tells if there were more."""

    def __init__(self, limit: int | None) -> None:
        self._left = limit
        self.is_cut = False
        self._where: Json = {}

    def of(self, item: Json, index: int) -> Iterator[Step]:
        """Yields the events of the item at `index` of the response's output."""
        kind = item["type"]
        prefix, begun = KINDS[kind]
        call_id = {"call_id": new_id("call")} if kind in ("function_call", "custom_tool_call") else {}
        whole = {"id": new_id(prefix), **call_id, **_public(item)}
        self._where = {"item_id": whole["id"], "output_index": index}
        yield self._item("added", whole | begun, "in_progress")
        if kind in WORKING:
            yield self._event(f"{kind}.in_progress")
        for field in begun:
            if field in ("summary", "content"):
                whole[field] = [] if field in item else begun[field]
                for number, part in enumerate(item.get(field, [])):
                    whole[field].append((yield from self._part(field, number, part)))
            elif field in ("arguments", "input", "code"):
                whole[field] = yield from self._stream(f"{kind}_{field}", field, item)
        if kind in WORKING:
            yield from self._work(kind, item)
        yield self._item("done", whole, "incomplete" if self.is_cut else item.get("status", "completed"))

    def _part(self, field: str, number: int, part: Json) -> Generator[Step, None, Json]:
        opened, stream, at = "content_part", part["type"], {"content_index": number}
        if field == "summary":
            opened, stream, at = "reasoning_summary_part", "reasoning_summary_text", {"summary_index": number}
        words, whole = "refusal" if "refusal" in part else "text", _public(part)
        empty = {**whole, words: "", **({"annotations": []} if "annotations" in part else {})}
        yield self._event(f"{opened}.added", **at, part=empty)
        whole[words] = yield from self._stream(stream, words, part, **at)
        yield self._event(f"{opened}.done", **at, part=whole)
        return whole

    def _stream(self, name: str, field: str, holder: Json, **at: Any) -> Generator[Step, None, str]:
        """Yields the deltas of `holder[field]`, each annotation after its text; returns the text sent."""
        fields = {**at, "logprobs": []} if name == "output_text" else at
        waiting = list(enumerate(holder.get("annotations", [])))
        sent = ""
        for piece in holder.get("_chunks") or _TOKEN.findall(holder[field]):
            if self._left == 0:
                self.is_cut = True
                break
            self._left = self._left and self._left - 1
            yield self._event(f"{name}.delta", tokens=1, delta=piece, **fields)
            sent += piece
            while waiting and waiting[0][1]["end_index"] <= len(sent):
                shown = {**at, **dict(zip(("annotation_index", "annotation"), waiting.pop(0), strict=True))}
                yield self._event(f"{name}.annotation.added", **shown)
        yield self._event(f"{name}.done", **{**fields, field: sent})
        return sent

    def _work(self, kind: str, item: Json) -> Iterator[Step]:
        if WORKING[kind]:
            yield self._event(f"{kind}.{WORKING[kind]}")
        if partial := item.get("_partial", item.get("result")):
            yield self._event(f"{kind}.partial_image", partial_image_index=0, partial_image_b64=partial)
        end = "failed" if item.get("error") else "completed"
        yield self._event(f"{kind}.{end}", pause=item.get("_seconds", 0.0))

    def _event(self, kind: str, /, tokens: int = 0, pause: float = 0.0, **fields: Any) -> Step:
        return Step({"type": f"response.{kind}", **self._where, **fields}, tokens, pause)

    def _item(self, state: str, item: Json, status: str) -> Step:
        item = item if item["type"] == "reasoning" else {**item, "status": status}
        index = self._where["output_index"]
        return Step({"type": f"response.output_item.{state}", "output_index": index, "item": item})


def _public(given: Json) -> Json:
    return {name: value for name, value in given.items() if not name.startswith("_")}
