"""Separates thoughts that a model writes into its text, ``<think>…</think>Answer``, from the answer.

Open models write them if their server does not separate them (Chat Completions, and some servers with the
Responses API). This module changes such a stream to what a separating server would send: a reasoning item,
then the message without the thoughts.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from openai.types.responses import Response, ResponseReasoningItem
from openai.types.responses.response_reasoning_item import Content

OPENING, CLOSING = "<think>", "</think>"
THOUGHT = "thought"
"""Id of the reasoning items made here; they are not sent to the model again."""


def split(text: str) -> tuple[str, str] | None:
    """Splits a whole text into thoughts and answer. Returns None if it does not begin with thoughts."""
    begun = text.lstrip()
    if not begun.startswith(OPENING):
        return None
    thoughts, _, answer = begun[len(OPENING) :].partition(CLOSING)
    return thoughts.strip(), answer.lstrip()


def separated(response: Response) -> Response:
    """Moves thoughts in the response to items of their own, each before its message."""
    output: list[Any] = []
    for item in response.output:
        if (thoughts := _take_thoughts(item)) is not None:
            output.append(_reasoning(thoughts))
        output.append(item)
    response.output = output
    return response


def without_thoughts(response: Response) -> Response:
    """Removes the items that `separated` made: models do not want their old thoughts."""
    response.output = [item for item in response.output if getattr(item, "id", "") != THOUGHT]
    return response


def _take_thoughts(item: Any) -> str | None:
    """Removes the thoughts from a message and returns them."""
    parts = item.content if getattr(item, "type", "") == "message" else []
    if not parts or getattr(parts[0], "type", "") != "output_text" or not isinstance(parts[0].text, str):
        return None
    if (found := split(parts[0].text)) is None:
        return None
    thoughts, parts[0].text = found
    return thoughts


def _reasoning(thoughts: str) -> ResponseReasoningItem:
    content = [Content(text=thoughts, type="reasoning_text")] if thoughts else []
    return ResponseReasoningItem(id=THOUGHT, type="reasoning", summary=[], content=content)


@dataclass(frozen=True)
class _Event:
    """Stands in for an event that the server did not send."""

    type: str
    output_index: int
    item: Any = None
    delta: str = ""


@dataclass
class _Text:
    """A message that is being streamed.

    Attributes:
        held: events held back until the first characters of the message are known.
        waiting: text held back because it may be a tag, or spaces before a tag.
    """

    held: list[Any]
    waiting: str = ""
    thoughts: str = ""
    is_decided: bool = False
    is_thinking: bool = False
    is_answer_due: bool = False


async def thoughts_apart(events: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """Yields the events of a model's stream; thoughts at the start of a message become reasoning items."""
    stream = _Stream()
    async for event in events:
        for each in stream.take(event):
            yield each


class _Stream:
    def __init__(self) -> None:
        self._texts: dict[int, _Text] = {}
        self._with_thoughts: list[int] = []
        """Indexes of the messages with a reasoning item before them, which shifts the indexes after them."""

    def take(self, event: Any) -> list[Any]:
        """Returns the events to pass on in place of one event of the server."""
        index = getattr(event, "output_index", None)
        if index is None:
            if event.type == "response.completed":
                separated(event.response)
            return [event]
        if event.type == "response.output_item.added" and getattr(event.item, "type", "") == "message":
            self._texts[index] = _Text([event])
            return []
        text = self._texts.get(index)
        if text is None:
            return [self._moved(event)]
        if event.type == "response.output_item.done":
            return self._done(self._texts.pop(index), index, event)
        if event.type == "response.output_text.delta":
            return self._delta(text, index, event)
        if not text.is_decided and event.type == "response.content_part.added":
            text.held.append(event)
            return []
        text.is_decided = True
        # Other ``.done`` events repeat the whole text, thoughts included, so they are dropped.
        return [*self._release(text), *([] if event.type.endswith(".done") else [self._moved(event)])]

    def _delta(self, text: _Text, index: int, event: Any) -> list[Any]:
        if text.is_thinking:
            return self._think(text, index, event, event.delta)
        if text.is_decided:
            delta = event.delta.lstrip() if text.is_answer_due else event.delta
            text.is_answer_due = text.is_answer_due and not delta
            return [self._moved(event, delta)] if delta else []
        text.waiting += event.delta
        begun = text.waiting.lstrip()
        if len(begun) < len(OPENING) and OPENING.startswith(begun):
            return []
        text.is_decided, text.is_thinking = True, begun.startswith(OPENING)
        text.waiting, waited = "", text.waiting
        if not text.is_thinking:
            return [*self._release(text), self._moved(event, waited)]
        added = _Event("response.output_item.added", self._at(index), _reasoning(""))
        return [added, *self._think(text, index, event, begun[len(OPENING) :])]

    def _think(self, text: _Text, index: int, event: Any, delta: str) -> list[Any]:
        thoughts, closing, answer = (text.waiting + delta).partition(CLOSING)
        if not text.thoughts:
            thoughts = thoughts.lstrip()
        # Hold back what may be the closing tag, and spaces: those at the end of the thoughts are dropped.
        ready = (thoughts if closing else thoughts[: len(thoughts) - _tag_length(thoughts)]).rstrip()
        text.waiting = "" if closing else thoughts[len(ready) :]
        text.thoughts += ready
        found: list[Any] = []
        if ready:
            found.append(_Event("response.reasoning_text.delta", self._at(index), delta=ready))
        if closing:
            found.append(_Event("response.output_item.done", self._at(index), _reasoning(text.thoughts)))
            text.is_thinking, text.is_answer_due = False, True
            self._with_thoughts.append(index)
            found += [
                *self._release(text),
                *self._delta(text, index, event.model_copy(update={"delta": answer})),
            ]
        return found

    def _done(self, text: _Text, index: int, event: Any) -> list[Any]:
        found: list[Any] = []
        thoughts = _take_thoughts(event.item)
        if thoughts is not None and index not in self._with_thoughts:
            # There were no deltas, or no closing tag.
            if not text.is_thinking:
                found.append(_Event("response.output_item.added", self._at(index), _reasoning("")))
            found.append(_Event("response.output_item.done", self._at(index), _reasoning(thoughts)))
            self._with_thoughts.append(index)
        return [*found, *self._release(text), self._moved(event)]

    def _release(self, text: _Text) -> list[Any]:
        held, text.held = text.held, []
        return [self._moved(each) for each in held]

    def _at(self, index: int) -> int:
        return index + sum(each <= index for each in self._with_thoughts)

    def _moved(self, event: Any, delta: str | None = None) -> Any:
        changes: dict[str, Any] = {} if delta is None or delta == event.delta else {"delta": delta}
        if self._with_thoughts:
            changes["output_index"] = self._at(event.output_index)
        return event.model_copy(update=changes) if changes and hasattr(event, "model_copy") else event


def _tag_length(text: str) -> int:
    """Number of characters at the end of the text that may be the start of the closing tag."""
    return next((length for length in range(len(CLOSING) - 1, 0, -1) if text.endswith(CLOSING[:length])), 0)
