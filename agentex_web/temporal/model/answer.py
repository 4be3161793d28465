"""One model call's answer: streamed while it comes, kept as rows when its parts are complete."""

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

from agentex_web.markdown import to_html
from agentex_web.streams.events import MessageDone, MessageReset, MessageStarted
from agentex_web.streams.publisher import DeltaBatcher
from agentex_web.tasks import messages
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.temporal.context import RunContext
from agentex_web.temporal.model.drafts import Draft, complete, delta_of, opened_by

Kind, Status = Message.Kind, Message.Status


@dataclass(frozen=True)
class Call:
    """A model call as Temporal names it: the same for each attempt."""

    run_id: str
    activity_id: str
    attempt: int

    @property
    def id(self) -> str:
        return str(uuid.uuid5(uuid.UUID(self.run_id), self.activity_id))


class Answer:
    """
    Args:
        hidden_tools: names of functions whose calls are shown in another way (handoffs).
    """

    def __init__(
        self, context: RunContext, call: Call, batcher: DeltaBatcher, hidden_tools: frozenset[str]
    ) -> None:
        self._context = context
        self._turn_id = uuid.UUID(context.turn_id)
        self._call = call
        self._batcher = batcher
        self._hidden_tools = hidden_tools
        self._drafts: dict[int, Draft] = {}
        self._hidden: set[int] = set()
        self._kept: dict[int, uuid.UUID] = {}
        self._writing: asyncio.Future[None] | None = None

    @property
    def refused(self) -> bool:
        return any(draft.refused for draft in self._drafts.values())

    def feed(self, event: Any) -> None:
        """Takes one event of the model's stream, and passes on what it adds."""
        index = getattr(event, "output_index", None)
        if index is None or index in self._hidden:
            return
        if event.type == "response.output_item.added":
            self._open(event.item, index)
        elif event.type == "response.output_item.done":
            if index not in self._drafts:
                self._open(event.item, index)
            if (draft := self._drafts.get(index)) is not None:
                self._say(draft, complete(draft, event.item))
        elif (draft := self._drafts.get(index)) is not None:
            self._say(draft, delta_of(event, draft))

    def _open(self, item: Any, index: int) -> None:
        shows = item.type != "function_call" or (
            item.name not in self._hidden_tools and not self._context.holds_tools
        )
        if not shows:
            self._hidden.add(index)
            return
        if any(each.complete and each.index not in self._kept for each in self._drafts.values()):
            # What is complete is kept while the next part comes; the last part waits for the end.
            self._writing = asyncio.ensure_future(self._keep_complete(self._writing))
        draft = self._drafts[index] = opened_by(item, index)
        self._batcher.add(
            MessageStarted(
                message=str(self._id(draft)),
                turn=self._context.turn_id,
                position=self._position(draft),
                kind=draft.kind,
                agent_name=self._context.agent_name,
                tool_name=draft.tool_name,
                tool_call_id=draft.tool_call_id,
                attempt=self._call.attempt,
                call=self._call.id,
                started_at=draft.started_at.isoformat(),
            )
        )

    def _say(self, draft: Draft, text: str) -> None:
        if text:
            draft.text += text
            self._batcher.add_text(str(self._id(draft)), text)

    async def _keep_complete(self, earlier: asyncio.Future[None] | None) -> None:
        if earlier is not None:
            await earlier
        await self._keep([self._row(each, Status.DONE) for each in self._complete_unkept()])

    def _complete_unkept(self) -> list[Draft]:
        return [each for each in self._drafts.values() if each.complete and each.index not in self._kept]

    async def keep(
        self, status: Message.Status, error: str = "", usage: dict[str, int] | None = None
    ) -> None:
        """Writes all that is not written yet: ``status`` is that of the part that came last."""
        if self._writing is not None:
            await self._writing
        drafts = [draft for draft in self._drafts.values() if draft.index not in self._kept]
        rows = [self._row(draft, Status.DONE if draft.complete else status, error) for draft in drafts]
        if status == Status.FAILED and not any(row.status == status for row in rows):
            # Complete parts, and yet a failure: told on the last words, else in a message of its own.
            if drafts and drafts[-1].kind == Kind.TEXT:
                rows[-1] = self._row(drafts[-1], status, error)
            else:
                rows.append(self._row(Draft(self._next_index(), Kind.TEXT), status, error))
        if rows and usage:
            rows[-1].usage = usage
        await self._keep(rows)

    def _next_index(self) -> int:
        return max([*self._drafts, *self._hidden], default=-1) + 1

    async def _keep(self, rows: list[Message]) -> None:
        if not rows:
            return
        await in_database(messages.upsert, rows)
        for row in rows:
            self._kept[row.position % messages.CALL_SPAN] = row.pk
            self._batcher.add(MessageDone(str(row.pk), self._context.turn_id))

    async def forget(self) -> None:
        """Takes back whatever an attempt of this call had said."""
        if self._writing is not None:
            await self._writing
        await in_database(messages.forget_call, self._turn_id, self._context.sequence)
        self._batcher.add(MessageReset(self._call.id))

    def _row(self, draft: Draft, status: Message.Status, error: str = "") -> Message:
        if draft.refused and status == Status.DONE:
            status, error = Status.FAILED, "The model declined to answer."
        if draft.kind == Kind.TOOL_REQUEST and status == Status.DONE and "hosted" not in draft.data:
            # Called, not yet run: the hooks say when it starts and ends.
            status = Status.PENDING
        if draft.data.get("status") == "failed":
            status, error = Status.FAILED, error or str(draft.data.get("error", ""))
        prose = draft.kind in (Kind.TEXT, Kind.REASONING)
        return Message(
            pk=self._id(draft),
            turn_id=self._turn_id,
            position=self._position(draft),
            author=Message.Author.AGENT,
            kind=draft.kind,
            status=status,
            content=draft.text,
            data={**draft.data, "call": self._call.id},
            html=to_html(draft.text) if prose else "",
            error="" if status == Status.DONE else error,
            agent_name=self._context.agent_name,
            tool_name=draft.tool_name,
            tool_call_id=draft.tool_call_id,
            attempt=self._call.attempt,
            started_at=draft.started_at,
            finished_at=draft.finished_at,
        )

    def _id(self, draft: Draft) -> uuid.UUID:
        if draft.kind == Kind.TOOL_REQUEST:
            return messages.tool_message_id(self._turn_id, draft.tool_call_id, draft.kind)
        return messages.model_message_id(self._call.run_id, self._call.activity_id, draft.index)

    def _position(self, draft: Draft) -> int:
        return self._context.sequence * messages.CALL_SPAN + draft.index
