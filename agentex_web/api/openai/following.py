"""Follows a turn to its end, or until it waits for a person: its rows, and texts that are being written.

A cursor is read before the rows (docs/architecture.md, invariant 3). The rows are also read from time to
time, so the loss of an event, or of all of Redis, delays a response and does not hang it.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

from agentex_web.api.openai.errors import gone
from agentex_web.api.openai.live_texts import LiveTexts
from agentex_web.api.openai.progress import Progress
from agentex_web.api.openai.state import TurnState
from agentex_web.api.openai.steps import Step
from agentex_web.streams.entries import Entry, order
from agentex_web.streams.events import BranchChanged, Event, MessageDone, TaskDeleted, TurnChanged
from agentex_web.streams.reader import RESYNC, Resync, Subscription, stream_reader
from agentex_web.streams.snapshot import Snapshot, read_snapshot
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.threads import in_database

QUIET_SECONDS = 15.0
"""After this time without a step, the rows are read, and a stream is sent a comment, as proxies close silent
connections."""
CARDS = (Message.Kind.APPROVAL, Message.Kind.FORM)
Check = Callable[[], Awaitable[None]]
Read = Callable[[], Awaitable[TurnState]]


class Following:
    """
    Attributes:
        check: called every QUIET_SECONDS; calls ``end`` if the person may not read the turn any more.

    Args:
        read: reads the turn; raises ApiError if it is gone.
        state: the turn as it is now.
        is_settled: give texts only when they are complete.
    """

    def __init__(self, read: Read, state: TurnState, *, is_settled: bool = False) -> None:
        self._read_state = read
        self._first = state
        self._turn_id = state.turn.pk
        self.check: Check = _no_check
        self._is_settled = is_settled
        self._progress = Progress()
        self._live = LiveTexts(state.turn.pk)
        self._is_over = False
        self._is_ended = False
        self._subscription: Subscription | None = None

    def end(self) -> None:
        """Ends the steps with an error, soon."""
        self._is_ended = True
        if self._subscription is not None:
            self._subscription.push(RESYNC)

    async def steps(self) -> AsyncGenerator[list[Step], None]:
        """Yields what happens, in order; an empty list after QUIET_SECONDS. Ends with ``Ended``.

        Raises:
            ApiError: the chat was deleted, or ``end`` was called.
        """
        task_id, since = str(self._first.turn.task_id), self._first.turn.created_at
        if self._first.is_over:
            yield self._progress.take_state(self._first)
            return
        snapshot = await read_snapshot(task_id, since)
        async with stream_reader().subscribe(task_id, snapshot.cursor) as subscription:
            self._subscription = subscription
            if steps := await self._read(snapshot):
                yield steps
            while not self._is_over:
                items = await _next(subscription)
                if not items:
                    await self.check()
                if self._is_ended:
                    raise gone()
                entries = [each for each in items if isinstance(each, Entry)]
                steps = await self._take(entries)
                if len(entries) < len(items) or self._live.has_gap:
                    steps += await self._read(await read_snapshot(task_id, since))
                elif not items:
                    steps += await self._read_rows()
                if steps or not items:
                    yield steps

    async def _read(self, snapshot: Snapshot) -> list[Step]:
        """Begins again with the rows and a snapshot that was read before them."""
        self._live.begin(snapshot)
        steps = await self._read_rows()
        if not (self._is_over or self._is_settled):
            for live in self._live.texts:
                steps += self._progress.says_so_far(live.message, live.text or "")
        return steps

    async def _read_rows(self) -> list[Step]:
        state = await self._read_state()
        self._is_over = state.is_over
        return self._progress.take_state(state)

    async def _take(self, entries: list[Entry]) -> list[Step]:
        known = order(self._live.cursor)
        events = [entry.event for entry in entries if order(entry.cursor) > known]
        rows = await self._rows(events)
        steps: list[Step] = []
        is_to_be_read = False
        for event in events:
            steps += self._live_steps(event)
            if isinstance(event, MessageDone) and (row := rows.get(event.message)) is not None:
                steps += self._progress.take_row(row)
                is_to_be_read = is_to_be_read or row.kind in CARDS
            is_to_be_read = is_to_be_read or self._may_end(event)
        return steps + (await self._read_rows() if is_to_be_read else [])

    def _live_steps(self, event: Event) -> list[Step]:
        live = self._live.take(event)
        if live is None or self._is_settled:
            return []
        if live.text is None:
            self._progress.begins_again(live.message)
            return []
        return self._progress.says(live.message, live.text)

    def _may_end(self, event: Event) -> bool:
        if isinstance(event, TurnChanged):
            return event.turn == str(self._turn_id) and event.status not in Turn.OPEN
        return isinstance(event, BranchChanged | TaskDeleted)

    async def _rows(self, events: Iterable[Event]) -> dict[str, Message]:
        turn = str(self._turn_id)
        done = {each.message for each in events if isinstance(each, MessageDone) and each.turn == turn}
        return await in_database(_rows_of, self._turn_id, done) if done else {}


async def _no_check() -> None:
    pass


def _rows_of(turn_id: uuid.UUID, ids: set[str]) -> dict[str, Message]:
    rows = Message.objects.filter(turn=turn_id, pk__in=ids).defer("html").order_by("position")
    return {str(row.pk): row for row in rows}


async def _next(subscription: Subscription) -> list[Entry | Resync]:
    """The next entries; empty after QUIET_SECONDS."""
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            items = [await subscription.queue.get()]
    except TimeoutError:
        return []
    while not subscription.queue.empty():
        items.append(subscription.queue.get_nowait())
    return items
