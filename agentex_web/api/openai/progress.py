"""Makes steps from a turn's rows and its live texts. Each is taken as often as it arrives, in any order."""

import uuid
from collections.abc import Iterable

from agentex_web.api.openai.items import IN_PROGRESS, call_status, is_shown
from agentex_web.api.openai.state import TurnState
from agentex_web.api.openai.steps import (
    Began,
    Called,
    Ended,
    Finished,
    Restarted,
    Returned,
    Said,
    Step,
    Withdrawn,
)
from agentex_web.api.openai.words import Words
from agentex_web.tasks.models import Message

Kind, Status = Message.Kind, Message.Status


class Progress:
    """What a client has been sent of a turn."""

    def __init__(self) -> None:
        self._texts: dict[uuid.UUID, Words] = {}
        self._requests: dict[str, Message] = {}
        self._responses: dict[str, Message] = {}
        self._returned: set[str] = set()

    def begins_again(self, message: Message) -> None:
        """The model call of a live text starts, perhaps over."""
        if (words := self._texts.get(message.pk)) is not None:
            words.now = ""

    def says(self, message: Message, text: str) -> list[Step]:
        """A live text goes on."""
        steps, words = self._words(message)
        return [*steps, *_said(message.pk, words, words.add(text))]

    def says_so_far(self, message: Message, text: str) -> list[Step]:
        """All of a live text, as far as it has arrived."""
        if not text:
            self.begins_again(message)
            return []
        steps, words = self._words(message)
        words.now = text
        return [*steps, *_said(message.pk, words, words.catch_up())]

    def take_row(self, row: Message) -> list[Step]:
        """A committed message, which may change again if it is a tool call."""
        if row.kind == Kind.TOOL_RESPONSE:
            self._responses[row.tool_call_id] = row
            request = self._requests.get(row.tool_call_id)
            return [] if request is None else self._take_call(request)
        if not is_shown(row):
            return []
        if row.kind == Kind.TOOL_REQUEST:
            return self._take_call(row)
        return [] if row.status == Status.STREAMING else self._take_text(row)

    def take_state(self, state: TurnState) -> list[Step]:
        """All rows of the turn, and perhaps its end."""
        steps = [step for row in state.rows for step in self.take_row(row)]
        if state.is_over:
            there = {row.pk for row in state.rows}
            steps += [Withdrawn(key) for key in self._texts if key not in there]
            steps.append(Ended(state))
        return steps

    def _words(self, message: Message) -> tuple[list[Step], Words]:
        words = self._texts.get(message.pk)
        if words is not None:
            return [], words
        words = self._texts[message.pk] = Words()
        return [Began(message)], words

    def _take_text(self, row: Message) -> list[Step]:
        if not row.content and row.pk not in self._texts:
            return []
        steps, words = self._words(row)
        words.now = row.content
        steps += _said(row.pk, words, words.catch_up(is_whole=True))
        if not words.is_closed:
            words.is_closed = True
            steps.append(Finished(row))
        return steps

    def _take_call(self, request: Message) -> list[Step]:
        steps: list[Step] = []
        if request.tool_call_id not in self._requests:
            steps.append(Called(request))
        self._requests[request.tool_call_id] = request
        response = self._responses.get(request.tool_call_id)
        if call_status(request, response) != IN_PROGRESS and request.tool_call_id not in self._returned:
            self._returned.add(request.tool_call_id)
            steps.append(Returned(request, response))
        return steps


def _said(message: uuid.UUID, words: Words, text: str | None) -> Iterable[Step]:
    if text is None:
        return [Restarted(message, words.restart())]
    return [Said(message, text)] if text else []
