"""The answer of one model call: streamed as it arrives, and written to the record part by part."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from openai.types.responses import Response

from agentex_web.background import in_background
from agentex_web.computing import computed
from agentex_web.journal import messages
from agentex_web.journal.change import Change
from agentex_web.positions import number_of
from agentex_web.streams.batching import DeltaBatcher
from agentex_web.tasks import pictures
from agentex_web.tasks.models import Message
from agentex_web.tasks.pictures import Picture
from agentex_web.tasks.threads import in_database
from agentex_web.worker.model import hosted
from agentex_web.worker.model.call import Call
from agentex_web.worker.model.drafts import Draft, complete, delta_of, opened_by
from agentex_web.worker.model.rows import row, started

logger = logging.getLogger(__name__)

Kind, Status = Message.Kind, Message.Status


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


def _name(item: Any) -> str:
    return str(getattr(item, "call_id", None) or getattr(item, "id", None) or "")


class Answer:
    """Takes the model's events, streams their text through ``batcher`` and records complete parts."""

    def __init__(self, call: Call, batcher: DeltaBatcher) -> None:
        self._call = call
        self._batcher = batcher
        self._drafts: dict[int, Draft] = {}
        self._hidden: set[int] = set()
        self._seen_names: set[str] = set()
        self._stored: dict[int, uuid.UUID] = {}
        self._pictures: dict[uuid.UUID, list[Picture]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._cut = call.cut

    def feed(self, event: Any) -> None:
        """Takes one event of the model's stream and streams the text that it adds."""
        index = getattr(event, "output_index", None)
        if index is None or index in self._hidden:
            return
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
                self._write_next(lambda: self._store_stage(draft))

    def add_unstreamed(self, response: Response) -> None:
        """Adds items that only the final response has; servers differ in how much they stream."""
        for index, item in enumerate(response.output):
            draft = self._drafts.get(index)
            is_new = draft is None and index not in self._hidden and _name(item) not in self._seen_names
            if is_new or (draft is not None and not draft.complete):
                self.feed(_Done(index, item))

    def _open(self, item: Any, index: int) -> None:
        self._seen_names.add(_name(item))
        if not self._call.shows(item):
            self._hidden.add(index)
            return
        if ended := [each for each in self._drafts.values() if each.complete]:
            # Complete parts are written while the next part streams; the last part is written at the end.
            self._write_next(lambda: self._store_complete(ended))
        draft = self._drafts[index] = opened_by(item, index)
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

    def _write_next(self, write: Callable[[], Awaitable[None]]) -> None:
        """Writes during the stream, after the writes that are already under way.

        If a write fails, the part is written with the whole answer.
        """
        earlier = self._writing

        async def in_order() -> None:
            if earlier is not None:
                await earlier
            try:
                await write()
            except Exception:
                logger.exception("Task %s: a part of an answer was not written", self._call.context.task_id)

        self._writing = in_background(in_order(), "Writing a part of an answer")

    async def _store_complete(self, drafts: list[Draft]) -> None:
        unstored = [each for each in drafts if each.index not in self._stored]
        await self._store([await self._row(each, Status.DONE) for each in unstored])

    async def _store_stage(self, draft: Draft) -> None:
        """Records the stage of a hosted tool, which may work for minutes, so that a reload shows it."""
        if not draft.complete:
            # Without ``_row``: there is no text to render, and the next stage must not come first.
            await self._write([row(self._call, draft, Status.STREAMING)])

    async def _row(self, draft: Draft, status: Message.Status, error: str = "") -> Message:
        # In a thread: rendering 92 KB of code takes 0.5 s and would block the worker's other calls.
        written, pictures = await computed(_row, self._call, draft, status, error)
        if pictures:
            self._pictures[written.pk] = pictures
        return written

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
            usage: the call's tokens, stored with the last part.
            model: the name of the model that answered, stored with the last part.
        """
        if self._writing is not None:
            await self._writing
        drafts = [draft for draft in self._drafts.values() if draft.index not in self._stored]
        rows = [await self._row(each, Status.DONE if each.complete else status, error) for each in drafts]
        if status == Status.FAILED and not any(each.error == error for each in rows):
            # All parts are complete, yet the call failed: put the error on the last text or a new message.
            if drafts and drafts[-1].kind == Kind.TEXT:
                rows[-1] = await self._row(drafts[-1], status, error)
            else:
                draft = Draft(self._next_index(), Kind.TEXT)
                self._continue_cut_message(draft)
                rows.append(await self._row(draft, status, error))
        if rows and usage:
            rows[-1].usage = usage
        if rows and model:
            rows[-1].data["model"] = model
        await self._store(rows)

    def _next_index(self) -> int:
        return max([*self._drafts, *self._hidden], default=-1) + 1

    async def _store(self, rows: list[Message]) -> None:
        await self._write(rows)
        self._stored.update({number_of(each.position): each.pk for each in rows})

    async def _write(self, rows: list[Message]) -> None:
        if rows:
            call = self._call
            new_pictures = [picture for each in rows for picture in self._pictures.get(each.pk, ())]
            if new_pictures:
                await in_database(pictures.write_files, new_pictures)
            await self.record(
                partial(
                    messages.write_answer,
                    call.task_id,
                    rows,
                    call.context.path,
                    call.attempt,
                    call.id,
                    may_be_lost=call.may_be_lost,
                    made=new_pictures,
                )
            )

    async def discard(self) -> None:
        """Deletes the messages of the attempts of this call up to now.

        Raises:
            Superseded: this attempt no longer counts.
        """
        if self._writing is not None:
            await self._writing
        call = self._call
        await self.record(
            partial(
                messages.delete_answer,
                call.task_id,
                call.turn_id,
                call.context.path,
                call.attempt,
                call.id,
                may_be_lost=call.may_be_lost,
            )
        )

    async def check(self) -> None:
        """Checks that this attempt still counts.

        Raises:
            Superseded: another attempt of the call counts, or the turn has ended.
        """
        call = self._call
        await in_database(messages.check_attempt, call.turn_id, call.context.path, call.attempt, call.id)

    async def record(self, change: Callable[[], Change[None]]) -> None:
        """Applies a change of the journal and streams its events after the deltas that came before them."""
        for event in (await in_database(change)).reported:
            self._batcher.add(event)


def _row(call: Call, draft: Draft, status: Message.Status, error: str) -> tuple[Message, list[Picture]]:
    """The row of a draft, and the pictures that were taken out of it."""
    written = row(call, draft, status, error)
    return written, pictures.take_out(written)
