"""The Responses API's events for messages and reasoning.

Field by field as in the openai package's `openai/types/responses/*_event.py` (3.54). Events here have no
`sequence_number` yet; `responses_api` numbers them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import tokens
from .answers import Json, Step
from .items import pieces
from .slot import Slot, new_id


def text(item: Json, index: int) -> Iterator[Step]:
    """An assistant message with one text part and its citations."""
    slot = Slot(new_id("msg"), index)
    yield slot.added(_message(slot.item_id, "in_progress", []))
    yield slot.event("content_part.added", content_index=0, part=_text_part("", []))
    waiting = [_citation(c, len(item["text"])) for c in item.get("citations", [])]
    cited: list[Json] = []
    sent = 0
    for piece in pieces(item):
        yield slot.event("output_text.delta", tokens=1, content_index=0, delta=piece, logprobs=[])
        sent += len(piece)
        while waiting and waiting[0]["end_index"] <= sent:
            cited.append(waiting.pop(0))
            place = {"content_index": 0, "annotation_index": len(cited) - 1}
            yield slot.event("output_text.annotation.added", **place, annotation=cited[-1])
    yield slot.event("output_text.done", content_index=0, text=item["text"], logprobs=[])
    part = _text_part(item["text"], cited)
    yield slot.event("content_part.done", content_index=0, part=part)
    yield slot.done(_message(slot.item_id, item.get("status", "completed"), [part]))


def refusal(item: Json, index: int) -> Iterator[Step]:
    """An assistant message that refuses."""
    slot = Slot(new_id("msg"), index)
    yield slot.added(_message(slot.item_id, "in_progress", []))
    yield slot.event("content_part.added", content_index=0, part={"type": "refusal", "refusal": ""})
    for piece in pieces(item):
        yield slot.event("refusal.delta", tokens=1, content_index=0, delta=piece)
    yield slot.event("refusal.done", content_index=0, refusal=item["refusal"])
    part = {"type": "refusal", "refusal": item["refusal"]}
    yield slot.event("content_part.done", content_index=0, part=part)
    yield slot.done(_message(slot.item_id, item.get("status", "completed"), [part]))


def reasoning(item: Json, index: int) -> Iterator[Step]:
    """A reasoning item: summary parts, then the raw reasoning that open-weight models show."""
    slot = Slot(new_id("rs"), index)
    whole: Json = {"id": slot.item_id, "type": "reasoning", "summary": []}
    yield slot.added(dict(whole))
    for number, summary in enumerate(item["summary"]):
        at = {"summary_index": number}
        yield slot.event("reasoning_summary_part.added", **at, part=_summary_part(""))
        for piece in tokens.split(summary):
            yield slot.event("reasoning_summary_text.delta", tokens=1, **at, delta=piece)
        yield slot.event("reasoning_summary_text.done", **at, text=summary)
        yield slot.event("reasoning_summary_part.done", **at, part=_summary_part(summary))
    whole["summary"] = [_summary_part(summary) for summary in item["summary"]]
    if raw := item.get("raw"):
        yield slot.event("content_part.added", content_index=0, part={"type": "reasoning_text", "text": ""})
        for piece in tokens.split(raw):
            yield slot.event("reasoning_text.delta", tokens=1, content_index=0, delta=piece)
        yield slot.event("reasoning_text.done", content_index=0, text=raw)
        part = {"type": "reasoning_text", "text": raw}
        yield slot.event("content_part.done", content_index=0, part=part)
        whole["content"] = [part]
    if encrypted := item.get("encrypted_content"):
        whole["encrypted_content"] = encrypted
    yield slot.done(whole)


EVENTS: dict[str, Callable[[Json, int], Iterator[Step]]] = {
    "text": text,
    "refusal": refusal,
    "reasoning": reasoning,
}


def _message(item_id: str, status: str, content: list[Json]) -> Json:
    return {"id": item_id, "type": "message", "role": "assistant", "status": status, "content": content}


def _text_part(text: str, annotations: list[Json]) -> Json:
    return {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": []}


def _summary_part(text: str) -> Json:
    return {"type": "summary_text", "text": text}


def _citation(citation: Json, length: int) -> Json:
    span = {"start_index": 0, "end_index": length, "title": citation.get("url", "")}
    return {"type": "url_citation", **span, **citation}
