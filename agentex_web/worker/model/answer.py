"""The answer of one model call: streamed as it arrives, and written part by part (answer_rows.py)."""

import time
from dataclasses import dataclass, replace
from typing import Any

from openai.types.responses import Response

from agentex_web.streams.batching import DeltaBatcher
from agentex_web.tasks.models import Message
from agentex_web.worker.model import hosted
from agentex_web.worker.model.answer_rows import AnswerRows
from agentex_web.worker.model.call import Call
from agentex_web.worker.model.drafts import Draft, complete, delta_of, opened_by
from agentex_web.worker.model.rows import started

Kind, Status = Message.Kind, Message.Status


MOST_ITEMS = 1_000
"""Limit on the items of an answer, each of which is a message on the page."""


class ImpossibleItem(ValueError):
    """The answer has too many items, or one with an impossible number."""


@dataclass(frozen=True)
class _Unannounced:
    """Stands in for the output item of a text that the server did not announce."""

    type: str = "message"


@dataclass(frozen=True)
class _Done:
    """Stands in for the ``output_item.done`` event that the server did not send."""

    output_index: int
    item: Any
    type: str = "response.output_item.done"


def _id_of(item: Any) -> str:
    return str(getattr(item, "call_id", None) or getattr(item, "id", None) or "")


class Answer:
    """Takes the model's events, streams their text through ``batcher`` and records complete parts.

    Attributes:
        rows: its rows in the record.
    """

    def __init__(self, call: Call, batcher: DeltaBatcher) -> None:
        self.rows = AnswerRows(call, batcher)
        self._call = call
        self._batcher = batcher
        self._drafts: dict[int, Draft] = {}
        self._hidden: set[int] = set()
        self._open_drafts: dict[int, Draft] = {}
        """Those that are not passed on to be written."""
        self._seen_ids: set[str] = set()
        self._cut = call.cut

    def feed(self, event: Any) -> None:
        """Takes one event of the model's stream and streams the text that it adds.

        Raises:
            ImpossibleItem: the event's item has no number that an item can have.
        """
        index = getattr(event, "output_index", None)
        if index is None or index in self._hidden:
            return
        # The client checks no types.
        if not isinstance(index, int) or not 0 <= index < MOST_ITEMS:
            raise ImpossibleItem(f"{str(index)[:40]} of at most {MOST_ITEMS:,}")
        if event.type == "response.output_item.added":
            self._open(event.item, index)
        elif event.type == "response.output_item.done":
            if index not in self._drafts:
                self._open(event.item, index)
            if (draft := self._drafts.get(index)) is not None:
                self._add_text(draft, complete(draft, event.item))
        elif event.type == "response.output_text.delta" and index not in self._drafts:
            # Some servers send a text without announcing its item.
            self._open(_Unannounced(), index)
            self._add_text(self._drafts[index], delta_of(event, self._drafts[index]))
        elif (draft := self._drafts.get(index)) is not None:
            self._add_text(draft, delta_of(event, draft))
            if draft.hosted and (stage := hosted.stage_of(event)):
                draft.data["status"] = stage
                self.rows.write_stage(draft)

    def add_unstreamed(self, response: Response) -> None:
        """Adds items that only the final response has; servers differ in how much they stream."""
        for index, item in enumerate(response.output):
            draft = self._drafts.get(index)
            is_new = draft is None and index not in self._hidden and _id_of(item) not in self._seen_ids
            if is_new or (draft is not None and not draft.complete):
                self.feed(_Done(index, item))

    def _open(self, item: Any, index: int) -> None:
        self._seen_ids.add(_id_of(item))
        if not self._call.shows(item):
            self._hidden.add(index)
            return
        if ended := [each for each in self._open_drafts.values() if each.complete]:
            # Complete parts are written while the next part streams; the last part is written at the end.
            self._open_drafts = {
                number: each for number, each in self._open_drafts.items() if not each.complete
            }
            self.rows.write_complete(ended)
        draft = self._drafts[index] = self._open_drafts[index] = opened_by(item, index)
        if draft.kind == Kind.TEXT and self._continue_cut_message(draft):
            return
        if self._call.context.quiet and draft.kind == Kind.TEXT:
            draft.kind = Kind.REASONING
            draft.data["label"] = self._call.context.agent_name or "Step"
            if self._call.context.checks:
                draft.data["checks"] = True
        self._batcher.add(started(self._call, draft))

    def _continue_cut_message(self, draft: Draft) -> bool:
        """Continues the cut answer with the call's first text. Returns False if there is no cut answer."""
        cut, self._cut = self._cut, None
        if cut is None:
            return False
        draft.message_id, draft.started_at = cut.id, cut.started_at or draft.started_at
        draft.data = {**cut.data, **draft.data}
        self._batcher.add(replace(started(self._call, draft), continues=True))
        self._add_text(draft, cut.text)
        return True

    def _add_text(self, draft: Draft, text: str) -> None:
        if text:
            draft.text += text
            self._batcher.add_text(str(self._call.message_id(draft)), text)

    async def store(
        self,
        status: Message.Status,
        error: str = "",
        usage: dict[str, int] | None = None,
        model: str = "",
    ) -> None:
        """Writes the parts that are not written yet.

        Args:
            status: the status of the last part, if it is incomplete.
            usage: the call's tokens, stored with the last part, as is when the call took place.
            model: the name of the model that answered, stored with the last part.
        """
        await self.rows.until_written()
        drafts = [draft for draft in self._drafts.values() if not self.rows.has(draft)]
        rows = [await self.rows.row(each, Status.DONE if each.complete else status, error) for each in drafts]
        if status == Status.FAILED and not any(each.error == error for each in rows):
            # All parts are complete, yet the call failed: put the error on the last text or a new message.
            if drafts and drafts[-1].kind == Kind.TEXT:
                rows[-1] = await self.rows.row(drafts[-1], status, error)
            else:
                draft = Draft(self._next_index(), Kind.TEXT)
                self._continue_cut_message(draft)
                rows.append(await self.rows.row(draft, status, error))
        if rows and usage:
            rows[-1].usage = usage
        if rows and model:
            rows[-1].data["model"] = model
        if rows:
            rows[-1].data["timing"] = self._timing()
        await self.rows.write(rows)

    def _timing(self) -> list[float]:
        """When the call began, when its answer began, and when it ended, in seconds since 1970."""
        began, now = self._call.began, time.time()
        first = min((each.started_at.timestamp() for each in self._drafts.values()), default=now)
        return [round(each, 3) for each in (began, max(began, first), now)]

    def _next_index(self) -> int:
        return max([*self._drafts, *self._hidden], default=-1) + 1
