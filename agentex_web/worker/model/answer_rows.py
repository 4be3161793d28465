"""The rows of one model call's answer: complete parts are written while the next part streams."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

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
from agentex_web.worker.model.call import Call
from agentex_web.worker.model.drafts import Draft
from agentex_web.worker.model.rows import row

logger = logging.getLogger(__name__)

Status = Message.Status


class AnswerRows:
    """Writes the rows of an answer, and publishes the events of each write in order with the answer's deltas.

    Each write fails with ``Superseded`` once another attempt of the call counts.
    """

    def __init__(self, call: Call, batcher: DeltaBatcher) -> None:
        self._call = call
        self._batcher = batcher
        self._stored: dict[int, uuid.UUID] = {}
        self._pictures: dict[uuid.UUID, list[Picture]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._complete: list[Draft] = []
        """Drafts that the next write in the background takes."""

    def has(self, draft: Draft) -> bool:
        """True if the draft's complete row is written."""
        return draft.index in self._stored

    def write_complete(self, drafts: Sequence[Draft]) -> None:
        """Writes complete drafts in the background, with those that wait for an earlier write."""
        is_next = not self._complete
        self._complete += drafts

        async def write() -> None:
            unstored, self._complete = self._complete, []
            await self.write([await self.row(each, Status.DONE) for each in unstored])

        if is_next:
            self._write_next(write)

    def write_stage(self, draft: Draft) -> None:
        """Records the stage of a hosted tool, which may work for minutes, so that a reload shows it."""

        async def write() -> None:
            if not draft.complete:
                # Without ``self.row``: there is no text to render, and the next stage must not come first.
                await self._write([row(self._call, draft, Status.STREAMING)])

        self._write_next(write)

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

    async def until_written(self) -> None:
        """Waits for the writes in the background."""
        if self._writing is not None:
            await self._writing

    async def row(self, draft: Draft, status: Message.Status, error: str = "") -> Message:
        """The row of a draft, with its HTML.

        Args:
            status: the status of the whole call.
        """
        # In a thread: rendering 92 KB of code takes 0.5 s and would block the worker's other calls.
        written, taken_out = await computed(_row, self._call, draft, status, error)
        if taken_out:
            self._pictures[written.pk] = taken_out
        return written

    async def write(self, rows: Sequence[Message]) -> None:
        """Writes rows that no longer change."""
        await self._write(rows)
        self._stored.update({number_of(each.position): each.pk for each in rows})

    async def _write(self, rows: Sequence[Message]) -> None:
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
        await self.until_written()
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
