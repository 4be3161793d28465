"""Helpers to call the demo model and inspect its streams."""

from __future__ import annotations

import itertools
from typing import Any

from openai import OpenAI
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)


def events_of(client: OpenAI, words: str = "go", **fields: Any) -> list[Any]:
    """The events of a streamed response. Each is validated strictly, which the client itself does not do."""
    events = list(client.responses.create(model="demo", input=words, stream=True, **fields))
    for event in events:
        EVENT.validate_python(event.to_dict())
    assert [event.sequence_number for event in events] == list(range(len(events)))
    return events


def kinds(events: list[Any]) -> list[str]:
    """The events' types without consecutive repeats."""
    return [kind.removeprefix("response.") for kind, _ in itertools.groupby(event.type for event in events)]


def ask(client: OpenAI, *turns: str, **fields: Any) -> Response:
    """The answer to the last of `turns`, which are alternately from user and assistant."""
    roles = itertools.cycle(("user", "assistant"))
    given: Any = [{"role": role, "content": words} for role, words in zip(roles, turns, strict=False)]
    answer: Response = client.responses.create(model="demo", input=given, **fields)
    return answer
