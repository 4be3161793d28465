"""Shows a scripted answer to the person: streams it, and stores it as messages at its end."""

import re
import uuid
from dataclasses import dataclass

from agents.items import TResponseOutputItem
from temporalio import activity

from agentex_web.adk.testing.endings import tool_message_id
from agentex_web.adk.testing.kept_messages import KeptMessage, Kind, Streamed
from agentex_web.adk.testing.record import Record
from agentex_web.call_items import is_own_call
from agentex_web.joined_text import Joining, joined
from agentex_web.positions import below
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.contents import MessageStatus

DECLINED = "The model declined to answer."
_KINDS: dict[str, Kind] = {"message": "text", "reasoning": "reasoning"}
_WORD = re.compile(r"\s*\S+\s*$|\s*\S+|\s+")


@dataclass
class _Draft:
    index: int
    item: TResponseOutputItem
    text: str = ""
    complete: bool = False
    grows: bool = False
    """True if it continues a cut answer, in the same message."""

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self.item.type, "tool_request")

    @property
    def tool_name(self) -> str:
        named = str(getattr(self.item, "name", ""))
        return named or (self.item.type.removesuffix("_call") if self.kind == "tool_request" else "")

    @property
    def tool_call_id(self) -> str:
        return str(getattr(self.item, "call_id", ""))

    @property
    def is_refusal(self) -> bool:
        return self.item.type == "message" and any(each.type == "refusal" for each in self.item.content)


class ShownAnswer:
    """One attempt of a model call, as the person sees it.

    Args:
        hidden_tools: tools whose calls are not shown, because they are handoffs.
    """

    def __init__(
        self, record: Record, context: ActivityContext, info: activity.Info, hidden_tools: frozenset[str]
    ) -> None:
        self._record = record
        self._context = context
        self._run_id = uuid.UUID(info.workflow_run_id or "")
        self._activity_id = info.activity_id
        self._attempt = info.attempt
        self._hidden = hidden_tools
        self._drafts: dict[int, _Draft] = {}
        self._items = 0
        cut = record.messages.get(context.continues)
        self._cut = cut if cut is not None and cut.turn_id == context.turn_id else None
        self._before = record.turns[context.turn_id].cut_text if self._cut else ""
        self._joining = Joining(self._before)

    @property
    def _call(self) -> str:
        return str(uuid.uuid5(self._run_id, self._activity_id))

    def begin(self) -> None:
        """Starts the attempt; a retry removes the text of the attempt before."""
        if self._attempt > 1:
            self.forget()

    def say(self, item: TResponseOutputItem, words: str) -> None:
        """Streams more text of an item, word by word."""
        if (draft := self._draft(item)) is None:
            return
        if draft.grows:
            words = self._joining.feed(words)
            draft.text = draft.text or self._before
        draft.text += words
        message_id = self._id(draft)
        for word in _WORD.findall(words):
            self._record.streamed.append(Streamed(message_id, self._context.turn_id, word))
        self._write(draft, "streaming")

    def complete(self, item: TResponseOutputItem) -> None:
        """Marks the item as complete."""
        if (draft := self._draft(item)) is not None:
            draft.complete = True

    def join(self, items: list[TResponseOutputItem]) -> None:
        """Joins a cut answer and its continuation in the item that the SDK gets."""
        whole = next((each for each in self._drafts.values() if each.grows), None)
        for item in items:
            if whole is not None and item is whole.item and item.type == "message":
                item.content[0].text = whole.text = joined(self._before, item.content[0].text)  # type: ignore[union-attr]

    def _kind(self, draft: _Draft) -> Kind:
        """The kind of the message: the text of a quiet agent is shown as a collapsed step."""
        return "reasoning" if self._context.quiet and draft.kind == "text" else draft.kind

    def _draft(self, item: TResponseOutputItem) -> _Draft | None:
        if id(item) not in self._drafts:
            hidden = is_own_call(item)
            index, self._items = self._items, self._items + 1
            if hidden and (self._context.holds_tools or getattr(item, "name", "") in self._hidden):
                return None
            draft = self._drafts[id(item)] = _Draft(index, item)
            grown = any(each.grows for each in self._drafts.values())
            draft.grows = self._cut is not None and draft.kind == "text" and not grown
        return self._drafts[id(item)]

    def keep(self, status: MessageStatus, error: str = "", usage: dict[str, int] | None = None) -> None:
        """Stores the messages of an attempt that has ended; incomplete ones get this status."""
        drafts = list(self._drafts.values())
        for draft in drafts:
            self._write(draft, "done" if draft.complete else status, error)
        if status == "failed" and all(draft.complete for draft in drafts):
            if drafts and drafts[-1].kind == "text":
                self._write(drafts[-1], status, error)
            elif self._cut is not None:
                kept = self._record.messages[self._cut.id]
                kept.status, kept.error = status, error
            else:
                self._put(self._items, KeptMessage("", "", "", "agent", "text", status, error=error))
        if drafts and usage:
            self._record.messages[self._id(drafts[-1])].usage = usage

    def forget(self) -> None:
        """Removes everything that this call has shown so far."""
        call, turn_id = self._call, self._context.turn_id
        said = [each for each in self._record.messages_of(turn_id) if each.call == call]
        self._record.forget([each for each in said if each.id != self._context.continues])
        if self._cut is not None:
            self._record.messages[self._cut.id].content = self._before

    def _write(self, draft: _Draft, status: MessageStatus, error: str = "") -> None:
        if draft.is_refusal and status == "done":
            status, error = "failed", DECLINED
        if status == "done" and is_own_call(draft.item):
            # The tool does not run yet; the hooks report when it starts and ends.
            status = "pending"
        message = KeptMessage(
            "",
            "",
            "",
            "agent",
            self._kind(draft),
            status,
            draft.text,
            error="" if status == "done" else error,
            tool_name=draft.tool_name,
            tool_call_id=draft.tool_call_id,
        )
        self._put(draft.index, message, self._id(draft))

    def _put(self, index: int, message: KeptMessage, message_id: str = "") -> None:
        context = self._context
        message.id = message_id or str(uuid.uuid5(self._run_id, f"{self._activity_id}/{index}"))
        message.turn_id = context.turn_id
        message.position = below(context.path, index)
        message.agent_name = context.agent_name
        message.parent_tool_call_id = context.parent_tool_call_id
        message.attempt = self._attempt
        message.call = self._call
        self._record.put(message)

    def _id(self, draft: _Draft) -> str:
        if draft.grows:
            return self._context.continues
        # Calls that the model's provider runs itself have no call id.
        if draft.tool_call_id:
            return tool_message_id(self._context.turn_id, draft.tool_call_id, draft.kind)
        return str(uuid.uuid5(self._run_id, f"{self._activity_id}/{draft.index}"))
