"""The objects of Chat Completions: the completion, and the chunks of one that is streamed."""

import uuid
from collections.abc import Iterable

from agentex_web.api.openai.errors import ApiError, Json, restarted
from agentex_web.api.openai.items import is_shown
from agentex_web.api.openai.joined_texts import BETWEEN, JoinedTexts
from agentex_web.api.openai.state import TurnState
from agentex_web.api.openai.steps import Began, Ended, Finished, Restarted, Said, Step, Withdrawn
from agentex_web.api.openai.wanted import COMPLETION
from agentex_web.tasks.models import Message, Turn

Kind = Message.Kind


def completion_of(state: TurnState) -> Json:
    """
    Raises:
        ApiError: the turn failed, or was withdrawn before it began.
    """
    finish = finish_of(state)
    texts = [*_texts(state, Kind.TEXT), *([state.notice] if state.notice else [])]
    message: Json = {"role": "assistant", "content": BETWEEN.join(texts), "refusal": None, "annotations": []}
    if thoughts := _texts(state, Kind.REASONING):
        message["reasoning_content"] = BETWEEN.join(thoughts)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return {**_head(state), "object": "chat.completion", "choices": [choice], "usage": usage_of(state)}


def finish_of(state: TurnState) -> str:
    """The finish reason; raises like ``completion_of``."""
    turn = state.turn
    if turn.status == Turn.Status.WITHDRAWN:
        raise ApiError("The message was withdrawn before the agent began.", 400, code="withdrawn")
    if turn.status == Turn.Status.FAILED:
        if turn.cut:
            return "length"
        raise ApiError(turn.error or "The agent failed.", 500, code="agent_failed")
    return "stop"


def usage_of(state: TurnState) -> Json:
    usage = state.usage
    read, written = usage.get("input", 0), usage.get("output", 0)
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
        "prompt_tokens_details": {"cached_tokens": usage.get("cached", 0), "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.get("reasoning", 0),
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def answer_text(rows: Iterable[Message]) -> str:
    """The text of a completion, from all messages of the turn in order."""
    return BETWEEN.join(
        row.content for row in rows if is_shown(row) and row.kind == Kind.TEXT and row.content
    )


def _texts(state: TurnState, kind: str) -> list[str]:
    return [row.content for row in state.rows if is_shown(row) and row.kind == kind and row.content]


def _head(state: TurnState) -> Json:
    created = int(state.turn.created_at.timestamp())
    return {"id": f"{COMPLETION}{state.turn.pk.hex}", "created": created, "model": state.agent}


class Chunks:
    """The chunks of one stream.

    Args:
        with_usage: the last chunk has the tokens.
    """

    def __init__(self, state: TurnState, *, with_usage: bool) -> None:
        self._base = {**_head(state), "object": "chat.completion.chunk"}
        self._with_usage = with_usage
        self._content, self._reasoning = JoinedTexts(), JoinedTexts()
        self._texts: dict[uuid.UUID, JoinedTexts] = {}
        self._is_withdrawn = False

    def opening(self) -> list[Json]:
        return [self._chunk({"role": "assistant", "content": "", "refusal": None})]

    def of(self, step: Step) -> list[Json]:
        """The chunks of a step.

        Raises:
            ApiError: the turn failed, or what was sent is no longer true.
        """
        match step:
            case Began(message):
                texts = self._content if message.kind == Kind.TEXT else self._reasoning
                self._texts[message.pk] = texts
                texts.begin(message.pk)
            case Said(message, text):
                self._texts[message].say(message, text)
            case Restarted(message, text):
                if self._is_said(message):
                    raise restarted()
                self._texts[message].restart(message, text)
            case Withdrawn(message):
                self._is_withdrawn = self._is_withdrawn or self._is_said(message)
                self._texts[message].withdraw(message)
            case Finished(message):
                self._texts[message.pk].finish(message.pk)
            case Ended(state):
                return self._end(state)
            case _:
                return []
        return self._following()

    def failed(self, error: ApiError) -> Json:
        """In place of a chunk: clients raise it."""
        return error.body

    def _is_said(self, message: uuid.UUID) -> bool:
        """Whether some of an answer was sent. Reasoning is no part of it, so it may begin again."""
        return self._texts[message] is self._content and self._content.was_said(message)

    def _following(self) -> list[Json]:
        fields = (("reasoning_content", self._reasoning), ("content", self._content))
        return [self._chunk({name: text}) for name, texts in fields if (text := texts.following())]

    def _end(self, state: TurnState) -> list[Json]:
        self._reasoning.finish_all()
        self._content.finish_all()
        chunks = self._following()
        finish = finish_of(state)
        if self._is_withdrawn:
            raise restarted()
        if state.notice:
            chunks.append(
                self._chunk({"content": (BETWEEN if self._content.is_begun else "") + state.notice})
            )
        chunks.append(self._chunk({}, finish))
        if self._with_usage:
            chunks.append({**self._base, "choices": [], "usage": usage_of(state)})
        return chunks

    def _chunk(self, delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = {**self._base, "choices": [choice]}
        return {**chunk, "usage": None} if self._with_usage else chunk
