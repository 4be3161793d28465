"""Short ways to ask the demo model and to look at what it streams."""

from __future__ import annotations

import itertools
from typing import Any

from openai import OpenAI
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)


def events_of(client: OpenAI, words: str = "go", **fields: Any) -> list[Any]:
    """The events of a streamed response; each is checked strictly, as the client itself never does."""
    events = list(client.responses.create(model="demo", input=words, stream=True, **fields))
    for event in events:
        EVENT.validate_python(event.to_dict())
    assert [event.sequence_number for event in events] == list(range(len(events)))
    return events


def kinds(events: list[Any]) -> list[str]:
    """The events' types, repeats left out."""
    return [kind.removeprefix("response.") for kind, _ in itertools.groupby(event.type for event in events)]


def ask(client: OpenAI, *turns: str, **fields: Any) -> Response:
    """The answer to the last of `turns`, which are by user and assistant by turns."""
    roles = itertools.cycle(("user", "assistant"))
    given: Any = [{"role": role, "content": words} for role, words in zip(roles, turns, strict=False)]
    answer: Response = client.responses.create(model="demo", input=given, **fields)
    return answer
