"""Identifiers, and the events' common fields, for one item of a response's output."""

from __future__ import annotations

from uuid import uuid4

from .answers import Json, Step


def new_id(prefix: str) -> str:
    """An identifier in the API's style, for example `msg_4f0c…`."""
    return f"{prefix}_{uuid4().hex}"


class Slot:
    """One place in the response's output: makes events that carry its item id and output index."""

    def __init__(self, item_id: str, index: int) -> None:
        self.item_id = item_id
        self.index = index

    def event(self, kind: str, /, *, tokens: int = 0, pause: float = 0.0, **fields: object) -> Step:
        """The event `response.<kind>` about this item."""
        where = {"item_id": self.item_id, "output_index": self.index}
        return Step({"type": f"response.{kind}", **where, **fields}, tokens, pause)

    def added(self, item: Json) -> Step:
        """`response.output_item.added`; it carries no tokens."""
        return Step({"type": "response.output_item.added", "output_index": self.index, "item": item})

    def done(self, item: Json) -> Step:
        """`response.output_item.done` with the whole item."""
        return Step({"type": "response.output_item.done", "output_index": self.index, "item": item})
