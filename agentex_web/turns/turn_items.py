"""The SDK input items that a turn adds to the conversation: what later turns' models get of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Item = Any
"""An input item of the SDK: a dict as the Responses API takes it."""


@dataclass
class TurnItems:
    """The items of one turn.

    Attributes:
        added: the person's message, then the items of the agent runs that completed and the messages of the
            author's code. When the turn has ended, they are those that the record stored.
        whole_calls: the paths of the model calls that completed: the items contain their whole answers.
    """

    added: list[Item] = field(default_factory=list)
    whole_calls: list[str] = field(default_factory=list)
    _open_runs: list[list[Item]] = field(default_factory=list)

    def begin_run(self) -> list[Item]:
        """Begins a run of an agent. Returns the list that collects its model and tool outputs. If the turn
        stops before ``end_run``, they are its items.
        """
        run_items: list[Item] = []
        self._open_runs.append(run_items)
        return run_items

    def end_run(self, run_items: list[Item], items: Sequence[Item]) -> None:
        """Completes a run of an agent: its final items replace the outputs collected in ``run_items``."""
        self._open_runs = [each for each in self._open_runs if each is not run_items]
        self.added.extend(items)

    def with_open_runs(self) -> list[Item]:
        """The items, including those of runs that did not complete."""
        return [*self.added, *(item for run_items in self._open_runs for item in run_items)]

    def has_answer(self, text: str) -> bool:
        """True if a model has answered with exactly this text, apart from white space around it."""
        said = (part.get("text") for item in self.added for part in _content(item))
        return any(each is not None and each.strip() == text.strip() for each in said)

    def has_data(self, data: Any) -> bool:
        """True if a model has answered with this JSON value."""
        texts = [str(part.get("text")) for item in self.with_open_runs() for part in _content(item)]
        return any(_value(each) == data for each in texts if each[:1] in "[{")

    def add_answer(self, text: str) -> None:
        """Adds an answer that code has written."""
        self.added.append({"role": "assistant", "content": text})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _content(item: Item) -> list[dict[str, Any]]:
    content = item.get("content") if item.get("role") == "assistant" else None
    return content if isinstance(content, list) else []
